package io.postern.core.jump;

import static java.util.Comparator.comparing;

import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy;
import io.postern.jump.SessionPolicy;
import io.postern.session.Tool;
import java.time.Duration;
import java.util.List;

/**
 * Policies as JSON, to be kept. Fields that are missing have the policy's defaults, fields that are
 * unknown are passed over; a document whose version is higher than ours says that this does not do
 * any more.
 */
final class PolicyDocuments {
  private static final int VERSION = 1;

  private PolicyDocuments() {}

  static String of(JumpPolicy policy) {
    JsonObject json =
        new JsonObject()
            .with("version", VERSION)
            .with("id", policy.id())
            .with("name", policy.name())
            .with("description", policy.description())
            .with("reason", policy.reason())
            .with("ticket", policy.ticket())
            .with("defaultDuration", policy.defaultDuration())
            .with("maxDuration", policy.maxDuration())
            .with("claimWithin", policy.claimWithin())
            .with("extensionEach", policy.extensionEach())
            .with("extensionTimes", policy.extensionTimes())
            .with("typingAllowed", policy.typingAllowed())
            .with("rotateAfterUse", policy.rotateAfterUse())
            .with("simultaneousCheckOut", policy.simultaneousCheckOut())
            .with("onRevocation", policy.onRevocation());
    policy.viewableFor().ifPresent(time -> json.with("viewableFor", time));
    policy.approval().ifPresent(terms -> json.with("approval", of(terms)));
    return json.toString();
  }

  private static JsonObject of(ApprovalTerms terms) {
    // Sorted, so that the same policy is always the same document.
    List<JsonObject> approvers =
        terms.approvers().stream()
            .map(PolicyDocuments::of)
            .sorted(comparing(JsonObject::toString))
            .toList();
    return new JsonObject()
        .with("approvers", approvers)
        .with("needed", terms.needed())
        .with("selfApproval", terms.selfApproval())
        .with("scope", terms.scope())
        .with("decideWithin", terms.decideWithin())
        .with("useWithin", terms.useWithin());
  }

  private static JsonObject of(Approver approver) {
    if (approver instanceof Approver.Named named) {
      return new JsonObject().with("person", named.person());
    }
    if (approver instanceof Approver.MemberOf member) {
      return new JsonObject().with("group", member.group());
    }
    return new JsonObject().with("email", ((Approver.ByEmail) approver).email());
  }

  static JumpPolicy jumpPolicy(String document) {
    JsonObject json = parse(document);
    JumpPolicy.Builder policy = JumpPolicy.named(id(json));
    JumpPolicy defaults = policy.build();
    json.text("name").ifPresent(policy::name);
    json.text("description").ifPresent(policy::description);
    json.constant("reason", JumpPolicy.Demand.class).ifPresent(policy::reason);
    json.constant("ticket", JumpPolicy.Demand.class).ifPresent(policy::ticket);
    policy.duration(
        json.duration("defaultDuration").orElse(defaults.defaultDuration()),
        json.duration("maxDuration").orElse(defaults.maxDuration()));
    json.duration("claimWithin").ifPresent(policy::claimedWithin);
    json.object("approval").ifPresent(terms -> policy.approval(approval(terms)));
    policy.extendable(
        json.number("extensionTimes").orElse(0),
        json.duration("extensionEach").orElse(Duration.ZERO));
    json.flag("typingAllowed").filter(allowed -> !allowed).ifPresent(no -> policy.withoutTyping());
    json.flag("rotateAfterUse").filter(on -> on).ifPresent(yes -> policy.rotatingAfterUse());
    json.flag("simultaneousCheckOut")
        .filter(on -> on)
        .ifPresent(yes -> policy.simultaneousCheckOut());
    json.duration("viewableFor").ifPresent(policy::viewable);
    json.constant("onRevocation", JumpPolicy.OnRevocation.class).ifPresent(policy::onRevocation);
    return policy.build();
  }

  private static ApprovalTerms approval(JsonObject json) {
    ApprovalTerms terms =
        ApprovalTerms.by(
            json.objects("approvers").stream()
                .map(PolicyDocuments::approver)
                .toArray(Approver[]::new));
    terms = terms.needing(json.number("needed").orElse(terms.needed()));
    terms = terms.decidedWithin(json.duration("decideWithin").orElse(terms.decideWithin()));
    terms = terms.usedWithin(json.duration("useWithin").orElse(terms.useWithin()));
    if (json.flag("selfApproval").orElse(false)) {
      terms = terms.allowingSelfApproval();
    }
    return json.constant("scope", ApprovalTerms.Scope.class).orElse(terms.scope())
            == ApprovalTerms.Scope.ANYONE_PERMITTED
        ? terms.forAnyonePermitted()
        : terms;
  }

  private static Approver approver(JsonObject json) {
    return json.text("person")
        .map(Approver::person)
        .or(() -> json.text("group").map(Approver::group))
        .or(() -> json.text("email").map(Approver::email))
        .orElseThrow(
            () -> JsonObject.notUnderstood("it names a kind of approver that is not known", null));
  }

  static String of(SessionPolicy policy) {
    JsonObject tools = new JsonObject();
    for (Tool tool : Tool.values()) {
      if (policy.of(tool) != SessionPolicy.Permission.NOT_DEFINED) {
        tools.with(tool.name(), policy.of(tool));
      }
    }
    return new JsonObject()
        .with("version", VERSION)
        .with("id", policy.id())
        .with("tools", tools)
        .with("recorded", policy.demandsRecording())
        .toString();
  }

  static SessionPolicy sessionPolicy(String document) {
    JsonObject json = parse(document);
    SessionPolicy policy = SessionPolicy.named(id(json));
    JsonObject tools = json.object("tools").orElseGet(JsonObject::new);
    // Tools that only a newer version knows are passed over: nobody can use them here.
    for (Tool tool : Tool.values()) {
      SessionPolicy.Permission permission =
          tools
              .constant(tool.name(), SessionPolicy.Permission.class)
              .orElse(SessionPolicy.Permission.NOT_DEFINED);
      if (permission == SessionPolicy.Permission.ALLOW) {
        policy = policy.allow(tool);
      } else if (permission == SessionPolicy.Permission.DENY) {
        policy = policy.deny(tool);
      }
    }
    return json.flag("recorded").orElse(false) ? policy.recorded() : policy;
  }

  private static JsonObject parse(String document) {
    JsonObject json = JsonObject.parse(document);
    int version = json.number("version").orElse(VERSION);
    if (version > VERSION) {
      throw JsonObject.notUnderstood("it has version " + version + ", known is " + VERSION, null);
    }
    return json;
  }

  private static String id(JsonObject json) {
    return json.text("id")
        .orElseThrow(() -> JsonObject.notUnderstood("its field 'id' is missing", null));
  }
}
