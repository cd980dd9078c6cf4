package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.KeysetPage;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialViews;
import io.postern.credential.Credentials;
import io.postern.credential.Lease;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.ManagerHealth;
import io.postern.credential.Viewing;
import io.postern.jump.JumpItemId;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Accounts as one person may use them. */
final class PersonCredentials implements Credentials {
  private static final List<State> NOT_GIVEN_BACK =
      List.of(State.INTENT, State.HELD, State.RETURNING);
  private static final List<State> OWED = List.of(State.RETURNING, State.IRREVOCABLE);

  private final PersonId id;
  private final People people;
  private final Judge judge;
  private final Items items;
  private final Database database;
  private final Offers offers;
  private final CheckOuts checkOuts;
  private final ManagerListing listing;
  private final LiveChange liveChange;
  private final Views views;
  private final HandWork handWork;
  private final Journal journal;

  PersonCredentials(
      PersonId id,
      People people,
      Judge judge,
      Items items,
      Database database,
      Offers offers,
      CheckOuts checkOuts,
      ManagerListing listing,
      LiveChange liveChange,
      Views views,
      HandWork handWork,
      Journal journal) {
    this.id = id;
    this.people = people;
    this.judge = judge;
    this.items = items;
    this.database = database;
    this.offers = offers;
    this.checkOuts = checkOuts;
    this.listing = listing;
    this.liveChange = liveChange;
    this.views = views;
    this.handWork = handWork;
    this.journal = journal;
  }

  /** An item that the person sees. */
  private record Seen(Endpoint endpoint, boolean typingAllowed) {}

  @Override
  public Candidates candidates(JumpItemId item, String search) {
    requireNonNull(item, "item");
    requireNonNull(search, "search");
    Person person = people.require(id);
    Seen seen =
        database
            .read(
                tx ->
                    judge
                        .verdict(tx, person, item)
                        .filter(Verdict::visible)
                        .flatMap(
                            verdict ->
                                items
                                    .find(tx, item)
                                    .map(
                                        found ->
                                            new Seen(
                                                Connectors.endpoint(found),
                                                verdict.startable()
                                                    && judge
                                                        .admit(tx, person, item)
                                                        .terms()
                                                        .typingAllowed()))))
            .orElseThrow(() -> noSuchItem(item));
    return offers.candidates(person, seen.endpoint(), search, seen.typingAllowed());
  }

  @Override
  public Lease checkOut(JumpItemId item, CandidateId credential, Duration lasting) {
    requireNonNull(item, "item");
    requireNonNull(credential, "credential");
    requireNonNull(lasting, "lasting");
    Person person = people.requireWith(id, Privilege.CHECK_OUT_ACCOUNTS, "check accounts out");
    Admission admission = database.read(tx -> judge.admit(tx, person, item));
    return checkOuts.checkOut(person, admission, credential, lasting);
  }

  @Override
  public Viewing view(JumpItemId item, CandidateId credential, String reason) {
    requireNonNull(item, "item");
    requireNonNull(credential, "credential");
    requireNonNull(reason, "reason");
    try {
      Person person = people.requireWith(id, Privilege.VIEW_SECRETS, "look at secrets");
      String why = Reasons.given(reason, "a look at a secret");
      Admission admission = database.read(tx -> judge.admit(tx, person, item));
      return views.view(person, admission, credential, why);
    } catch (PosternException e) {
      writeRefusal(item, credential, e);
      throw e;
    }
  }

  /** What was refused once the item was known to allow it is written where that is refused. */
  private void writeRefusal(JumpItemId item, CandidateId credential, PosternException refusal) {
    switch (refusal.code()) {
      case NOT_PERMITTED,
          INPUT_INVALID,
          JUMP_ITEM_NOT_FOUND,
          JUMP_ITEM_DISABLED,
          JUMP_ITEM_OFFLINE,
          CAPABILITY_MISSING -> {
        try {
          journal.write(
              Act.of(id.value(), "credential.view-refused", "item:" + item)
                  .with("credential", credential.key())
                  .with("manager", credential.manager())
                  .because(refusal.code().name()));
        } catch (PosternException store) {
          refusal.addSuppressed(store);
        }
      }
      default -> {
        // Written with the loan, or it is the manager's failure and stands with the lease.
      }
    }
  }

  @Override
  public List<CredentialViews> views(CandidateId credential) {
    requireNonNull(credential, "credential");
    people.requireWith(id, Privilege.ADMINISTER_CREDENTIALS, "see who looked at a secret");
    return views.of(credential);
  }

  @Override
  public Lease retry(LeaseId lease) {
    requireNonNull(lease, "lease");
    people.requireWith(id, Privilege.ADMINISTER_CREDENTIALS, "have leases tried again");
    return handWork.retry(id, lease);
  }

  @Override
  public void settled(LeaseId lease, String reason) {
    requireNonNull(lease, "lease");
    requireNonNull(reason, "reason");
    people.requireWith(id, Privilege.ADMINISTER_CREDENTIALS, "settle leases by hand");
    handWork.settled(id, lease, Reasons.given(reason, "settling a lease by hand"));
  }

  @Override
  public void checkIn(LeaseId lease) {
    requireNonNull(lease, "lease");
    checkOuts.checkIn(people.require(id), lease);
  }

  @Override
  public Page<Lease> held(PageRequest page) {
    boolean everyones = people.require(id).may(Privilege.ADMINISTER_CREDENTIALS);
    return page(everyones ? Optional.empty() : Optional.of(id), NOT_GIVEN_BACK, page);
  }

  @Override
  public Page<Lease> owed(PageRequest page) {
    people.requireWith(
        id, Privilege.ADMINISTER_CREDENTIALS, "see what is owed to credential managers");
    return page(Optional.empty(), OWED, page);
  }

  @Override
  public List<ManagerHealth> managers() {
    people.requireWith(id, Privilege.ADMINISTER_CREDENTIALS, "see how credential managers do");
    return listing.managers();
  }

  @Override
  public ManagerHealth reconfigure(String manager, List<Settings> members) {
    requireNonNull(manager, "manager");
    return liveChange.reconfigure(id, manager, List.copyOf(members));
  }

  @Override
  public ManagerHealth test(String manager, List<Settings> members) {
    requireNonNull(manager, "manager");
    return liveChange.test(id, manager, List.copyOf(members));
  }

  private Page<Lease> page(Optional<PersonId> holder, List<State> states, PageRequest page) {
    KeysetPage<String> keyset = KeysetPage.byId(page, "the list of leases");
    return keyset.cut(
        database.read(tx -> LeaseRows.page(tx, holder, states, keyset)),
        row -> row.id().value(),
        LeaseRow::lease);
  }

  private static PosternException noSuchItem(JumpItemId item) {
    return new PosternException(
        ErrorCode.JUMP_ITEM_NOT_FOUND,
        "there is no jump item '" + item + "' that you may see; search for it, or ask for access");
  }
}
