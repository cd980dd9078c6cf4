package io.postern.credential.aws;

/** What is asked of the service, and whether the asking changes anything. */
enum Operation {
  LIST("ListSecrets", false, "list the secrets"),
  DESCRIBE("DescribeSecret", false, "describe"),
  GET("GetSecretValue", false, "read"),
  PUT("PutSecretValue", true, "write a new version of"),
  MOVE_STAGE("UpdateSecretVersionStage", true, "move a version stage of"),
  ROTATE("RotateSecret", true, "rotate");

  private final String action;
  private final boolean effect;
  private final String words;

  Operation(String action, boolean effect, String words) {
    this.action = action;
    this.effect = effect;
    this.words = words;
  }

  /** Its name in the API and in IAM policies. */
  String action() {
    return action;
  }

  boolean hasEffect() {
    return effect;
  }

  String words() {
    return words;
  }
}
