package io.postern.credential.aws;

/**
 * What a credential of this store is known by: the secret's name, and behind a {@code #}, which no
 * name has, the version stage where it is not the one that the settings say.
 *
 * @param name the secret's name
 * @param stage a version stage such as {@code AWSCURRENT}
 */
record CandidateKey(String name, String stage) {
  private static final char SEPARATOR = '#';

  static CandidateKey parse(String key, String usualStage) {
    int at = key.indexOf(SEPARATOR);
    return at < 0
        ? new CandidateKey(key, usualStage)
        : new CandidateKey(key.substring(0, at), key.substring(at + 1));
  }

  String text(String usualStage) {
    return stage.equals(usualStage) ? name : name + SEPARATOR + stage;
  }
}
