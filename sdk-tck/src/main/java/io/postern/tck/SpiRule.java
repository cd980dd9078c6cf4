package io.postern.tck;

import static io.postern.tck.SpiRule.Level.MUST;
import static io.postern.tck.SpiRule.Level.SHOULD;

/** The rules that the kit can look at. What each says stands in the Javadoc of the interfaces. */
enum SpiRule {
  ID_1(MUST, "CredentialProviderFactory#identity", "compute nothing there: return a constant"),
  ID_2(
      MUST,
      "CredentialProviderFactory#identity",
      "META-INF/services/io.postern.spi.credential.CredentialProviderFactory must name the class,"
          + " which is public and has a public constructor without parameters"),
  SET_1(MUST, "CredentialProviderFactory#settings", "return a constant list of distinct keys"),
  SET_2(SHOULD, "CredentialProviderFactory#settings", "say what each setting is for"),
  VAL_1(
      MUST,
      "CredentialProviderFactory#validate",
      "collect what is wrong in a list; never return or throw at the first fault"),
  VAL_2(
      MUST,
      "CredentialProviderFactory#validate",
      "what refuses good settings, or throws, reads a setting that need not be given"),
  VAL_3(MUST, "CredentialProviderFactory#validate", "leave files and network to health"),
  CREATE_1(MUST, "CredentialProviderFactory#create", "connect at the first call that needs it"),
  CREATE_2(
      MUST,
      "CredentialProviderFactory#create",
      "keep nothing in the factory or in static fields: clients, caches and pools belong to one"
          + " instance"),
  CREATE_3(MUST, "CredentialProviderFactory#create", "throw ProviderException MISCONFIGURED"),
  CREATE_4(MUST, "CredentialProviderFactory#create", "copy a secret that you want to close"),
  HEALTH_1(MUST, "CredentialProvider#health", "health must go the way that find and resolve go"),
  HEALTH_2(
      MUST,
      "CredentialProvider#health",
      "ask the store at each call, and answer Health.down for every failure of it"),
  HEALTH_3(MUST, "CredentialProvider#health", "never remember that the store was down"),
  FIND_1(MUST, "CredentialProvider#find", "an empty list, and no null, says that there is none"),
  FIND_2(MUST, "CredentialProvider#find", "a key names one credential"),
  FIND_3(MUST, "CredentialProvider#find", "make keys of what the store calls the credential"),
  FIND_4(
      MUST,
      "CredentialProvider#find",
      "where the store's error is caught: throw UNAVAILABLE there, and return no list"),
  FIND_5(MUST, "CredentialProvider#find", "where FindRequest.endpoint is compared"),
  FIND_6(MUST, "CredentialProvider#find", "where FindRequest.call().person() is compared"),
  FIND_7(
      MUST,
      "CredentialProvider#find",
      "where FindRequest.search is compared: with user name and label, in lower case, contained"),
  RESOLVE_1(MUST, "CredentialProvider#resolve", "whatever was found must be had, or say why not"),
  RESOLVE_2(
      MUST,
      "CredentialProvider#resolve",
      "where the store's answer is parsed: a missing or empty field is a failure"),
  RESOLVE_3(MUST, "CredentialProvider#resolve", "make a new Secret for each call; cache none"),
  RESOLVE_4(MUST, "CredentialProvider#resolve", "answer a key that is not there with NOT_FOUND"),
  RESOLVE_5(MUST, "CredentialProvider#resolve", "match the key against the endpoint, as find does"),
  RESOLVE_6(MUST, "CredentialProvider#resolve", "match the key against the person, as find does"),
  RESOLVE_7(
      MUST,
      "CredentialProvider#resolve",
      "where the store's error is caught: throw UNAVAILABLE or TIMED_OUT there"),
  LEASE_1(
      MUST, "CredentialProvider#resolve", "reckon with PluginContext.clock(), not the system's"),
  RELEASE_1(MUST, "CredentialProvider#release", "\"gone already\" is a success"),
  RELEASE_2(MUST, "CredentialProvider#release", "a lease that the store does not know is no error"),
  RELEASE_3(
      MUST,
      "CredentialProvider#release",
      "write CallContext.callId beside the lease in the store, or keep it by call id; a call whose"
          + " answer never came is one to fail for"),
  RELEASE_4(MUST, "CredentialProvider#release", "throw UNAVAILABLE: Postern asks again"),
  ERR_1(
      MUST,
      "ProviderException",
      "catch what the client library throws, and null answers, where the store is asked"),
  ERR_2(MUST, "ProviderException", "say what, which one, why, and what to do"),
  ERR_3(
      MUST,
      "ProviderException#isWithoutEffect",
      "use effectUnknown for whatever fails after the request was sent"),
  ERR_4(
      SHOULD,
      "ProviderException#isWithoutEffect",
      "use withoutEffect where connecting fails, before anything was sent"),
  GROUP_1(
      MUST,
      "CredentialProvider",
      "keep nothing in the instance that giving back needs: the reference and the call id must do"),
  TIME_1(
      MUST,
      "CredentialProvider",
      "give the client a time-out of CallContext.timeLeft(clock); remember connecting"),
  TIME_2(
      MUST,
      "CredentialProvider",
      "answer InterruptedException with TIMED_OUT, and wait in nothing that swallows it"),
  TIME_3(SHOULD, "CredentialProvider", "ask CallContext.timeLeft(clock) before the store"),
  THREAD_1(MUST, "CredentialProvider", "keep what belongs to a call out of the fields"),
  LEAK_1(MUST, "CredentialProvider", "override toString; records print all of their components"),
  LEAK_2(
      MUST,
      "ProviderException",
      "pass on no text or cause that quotes a request, an answer or a header"),
  LEAK_3(MUST, "CredentialProvider", "log keys and paths, never answers or headers"),
  LEAK_4(MUST, "FoundCredential", "make keys, labels, references and details of names only"),
  CLOSE_1(MUST, "CredentialProvider#close", "close what is open, and nothing the second time"),
  CLOSE_2(
      MUST,
      "CredentialProvider#close",
      "keep a volatile flag, and throw UNAVAILABLE while it is set"),
  CLOSE_3(SHOULD, "CredentialProvider#close", "close clients and stop the threads they run"),
  CAP_1(MUST, "FoundCredential#exclusive", "implement ChecksOutAccounts, or find none exclusive"),
  CAP_2(MUST, "FoundCredential#signedOnUse", "implement SignsSshCertificates, or find none such"),
  CAP_3(MUST, "LeaseTerms#renewable", "implement RenewsLeases, or say that it is not renewable"),
  OUT_1(MUST, "ChecksOutAccounts#checkOut", "take the account in one step of the store's"),
  OUT_2(MUST, "ChecksOutAccounts#checkOut", "put the holder's name or id into the text"),
  OUT_3(MUST, "ChecksOutAccounts#checkOut", "keep the call id with the hold, and compare it"),
  OUT_4(MUST, "ChecksOutAccounts#checkOut", "lend it as resolve does"),
  OUT_5(MUST, "CredentialProvider#resolve", "ask who holds it before the secret is fetched"),
  OUT_6(MUST, "ChecksOutAccounts#checkOut", "answer a key that is not there with NOT_FOUND"),
  IN_1(MUST, "ChecksOutAccounts#checkIn", "the store must let go of it"),
  IN_2(MUST, "ChecksOutAccounts#checkIn", "\"not held\" is a success"),
  IN_3(MUST, "ChecksOutAccounts#checkIn", "compare the reference with that of the hold"),
  IN_4(MUST, "ChecksOutAccounts#checkIn", "without a reference, compare the call id; as RELEASE-3"),
  RENEW_1(MUST, "RenewsLeases#renew", "some stores count an increment from now: add up first"),
  RENEW_2(MUST, "RenewsLeases#renew", "answer a lease that has ended with NOT_FOUND"),
  ROTATE_1(MUST, "RotatesCredentials#rotate", "wait until resolve gives the new secret"),
  ROTATE_2(
      MUST,
      "RotatesCredentials#rotate",
      "keep the new secret aside until the endpoint has it, and take it up again"),
  ROTATE_3(MUST, "RotatesCredentials#rotate", "answer a key that is not there with NOT_FOUND"),
  ROTATE_4(MUST, "RotatesCredentials#rotate", "without a changer, fail before anything is changed"),
  ROTATE_5(
      MUST,
      "RotatesCredentials#rotate",
      "catch what the changer throws where it is called: the store's own failures stay what they"
          + " are"),
  SIGN_1(MUST, "SignsSshCertificates#sign", "send SignRequest.publicKey, and return its answer"),
  SIGN_2(MUST, "SignsSshCertificates#sign", "name one of the principals that were signed"),
  SIGN_3(MUST, "SignsSshCertificates#sign", "read the end from the certificate, or from the role"),
  SIGN_4(MUST, "CredentialProvider#resolve", "there is nothing to lend: refuse it"),
  SIGN_5(MUST, "SignsSshCertificates#sign", "answer a key that is not there with NOT_FOUND"),
  HEAR_1(SHOULD, "HearsOfSessions", "nobody does anything about what is thrown");

  /** What a rule asks for. */
  enum Level {
    /** A provider that breaks it is not fit for use; the test fails. */
    MUST,
    /** There may be reasons; the test is aborted and says so. */
    SHOULD
  }

  final Level level;
  final String where;
  final String lookAt;

  SpiRule(Level level, String where, String lookAt) {
    this.level = level;
    this.where = where;
    this.lookAt = lookAt;
  }

  /** As in the Javadoc: {@code CP-FIND-1}. */
  String id() {
    return "CP-" + name().replace('_', '-');
  }
}
