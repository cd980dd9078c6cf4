package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.assertNothingDone;
import static io.postern.credential.aws.Aws.assertPerhapsDone;
import static io.postern.credential.aws.Aws.password;
import static io.postern.credential.aws.Aws.reveal;
import static io.postern.credential.aws.Aws.rotate;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rotation, in each of its two ways, and what becomes of one that stops half way.
 *
 * <p>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
@Rule("OUT-4")
class RotationTest {
  private final AwsServer server = new AwsServer();
  private final AwsProvider provider = Aws.provider(server);

  @AfterEach
  void close() {
    provider.close();
    server.close();
  }

  /** With a rotation function of its own. */
  @Nested
  class ByItself {
    private final AwsServer.Held held = server.hold("one", "{\"password\":\"first\"}");

    ByItself() {
      held.tag("site", "true");
      held.rotationEnabled = true;
    }

    @Test
    void rotation_isStartedAndWaitedFor() {
      held.rotationTakes = 4;

      provider.rotate(rotate("one", "call-1", null));

      assertThat(server.done()).containsExactly("rotate");
      assertThat(password(provider, "one")).isEqualTo("made-by-function");
    }

    @Test
    void askedAgain_doesNothingMore() {
      held.rotationTakes = 1;
      provider.rotate(rotate("one", "call-1", null));
      server.forgetCalls();

      provider.rotate(rotate("one", "call-1", null));

      assertThat(server.asked()).containsExactly("DescribeSecret");
    }

    @Test
    void anotherCall_rotatesAnew() {
      held.rotationTakes = 1;
      provider.rotate(rotate("one", "call-1", null));
      held.rotationTakes = 1;
      provider.rotate(rotate("one", "call-2", null));

      assertThat(server.done()).containsExactly("rotate", "rotate");
    }

    @Test
    @Rule("ECM-9")
    void rotationThatTakesLonger_timesOut_andAskedAgainIsWaitedForAndNotBegunAnew() {
      held.rotationTakes = -1;
      assertPerhapsDone(
          () -> provider.rotate(rotate("one", "call-1", null, Duration.ofSeconds(3))),
          Failure.ROTATION_FAILED,
          "was started",
          "goes on waiting");
      held.rotationTakes = 3;

      provider.rotate(rotate("one", "call-1", null));

      assertThat(server.done()).containsExactly("rotate");
      assertThat(held.current()).contains("made-by-function");
    }

    @Test
    void rotationThatIsStuck_isUrgedOnAndNotBegunAnew() {
      held.rotationTakes = -1;
      for (int i = 0; i < 2; i++) {
        assertPerhapsDone(
            () -> provider.rotate(rotate("one", "call-1", null, Duration.ofSeconds(2))),
            Failure.ROTATION_FAILED);
      }

      assertThat(server.done()).containsExactly("rotate");
      assertThat(server.asked()).filteredOn("RotateSecret"::equals).hasSize(2);
    }

    @Test
    void rotationOfSomebodyElse_isNotTouched() {
      held.version("theirs", "SecretString", "x", "AWSPENDING");
      held.rotationTakes = -1;

      assertNothingDone(
          () -> provider.rotate(rotate("one", "call-1", null)),
          Failure.ROTATION_FAILED,
          "by somebody else");
      assertThat(server.asked()).doesNotContain("RotateSecret");
    }

    @Test
    void refusedStart_hasDoneNothing() {
      server.refuses("RotateSecret", 1, 400, "AccessDeniedException", "no");

      assertNothingDone(() -> provider.rotate(rotate("one", "call-1", null)), Failure.DENIED);
    }

    @Test
    void failureWhileWaiting_isPerhapsDone() {
      held.rotationTakes = -1;
      server.answers("DescribeSecret", 200, describedOnce());
      server.refuses("DescribeSecret", 3, 400, "ThrottlingException", "Rate exceeded");

      assertPerhapsDone(() -> provider.rotate(rotate("one", "call-1", null)), Failure.THROTTLED);
    }

    private String describedOnce() {
      return "{\"Name\":\"one\",\"RotationEnabled\":true,"
          + "\"Tags\":[{\"Key\":\"postern:site\",\"Value\":\"true\"}],"
          + "\"VersionIdsToStages\":{\"v1\":[\"AWSCURRENT\"]}}";
    }
  }

  /** Where the host changes the password at the endpoint. */
  @Nested
  class ByTheHost {
    private final AwsServer.Held held =
        server.hold(
            "one", "{\"engine\":\"pg\", \"username\":\"app\", \"password\":\"first\", \"port\":5}");
    private final List<String> changes = new ArrayList<>();
    private final PasswordChanger changer =
        change ->
            changes.add(
                change.username() + ":" + reveal(change.current()) + ">" + reveal(change.next()));

    ByTheHost() {
      held.tag("site", "true");
    }

    @Test
    void newPassword_isStoredThenSetThenCurrent_andTheRestStays() {
      provider.rotate(rotate("one", "call-1", changer));

      String next = password(provider, "one");
      assertThat(next).hasSize(24).isNotEqualTo("first");
      assertThat(changes).containsExactly("app:first>" + next);
      assertThat(server.done()).containsExactly("put", "move");
      assertThat(held.current())
          .isEqualTo(
              "{\"engine\":\"pg\", \"username\":\"app\", \"password\":\"%s\", \"port\":5}"
                  .formatted(next));
      assertThat(held.labelled("AWSPREVIOUS").value).contains("\"first\"");
    }

    @Test
    void plainAndBinaryValues_areRotatedAsTheyAre() {
      server.hold("two", "first").tag("site", "true").tag("username", "u");
      AwsServer.Held binary = server.hold("three", "").tag("site", "true");
      binary.version("b", "SecretBinary", "Zmlyc3Q=", "AWSCURRENT");

      provider.rotate(rotate("two", "call-1", changer));
      provider.rotate(rotate("three", "call-1", changer));

      assertThat(changes)
          .containsExactly(
              "u:first>" + password(provider, "two"), "three:first>" + password(provider, "three"));
      assertThat(binary.labelled("AWSCURRENT").member).isEqualTo("SecretBinary");
    }

    @Test
    void askedAgain_doesNothingMore() {
      provider.rotate(rotate("one", "call-1", changer));
      provider.rotate(rotate("one", "call-1", changer));

      assertThat(changes).hasSize(1);
      assertThat(server.done()).containsExactly("put", "move");
    }

    @Test
    void failedChange_isPerhapsDone_andTheNextTryUsesTheSamePassword() {
      assertPerhapsDone(
          () ->
              provider.rotate(
                  rotate(
                      "one",
                      "call-1",
                      change -> {
                        changer.change(change);
                        throw new IllegalStateException("no answer");
                      })),
          Failure.ROTATION_FAILED,
          "AWSPENDING");
      assertThat(password(provider, "one")).isEqualTo("first");

      provider.rotate(rotate("one", "call-1", changer));

      assertThat(changes).hasSize(2);
      assertThat(changes.get(0)).isEqualTo(changes.get(1));
      assertThat(password(provider, "one")).isEqualTo(changes.get(0).split(">", 2)[1]);
      assertThat(server.done()).containsExactly("put", "move");
    }

    @Test
    void halfWayRotation_isFinishedByAnotherCallToo() {
      server.refuses("UpdateSecretVersionStage", 1, 500, "InternalServiceError", "no");
      assertPerhapsDone(
          () -> provider.rotate(rotate("one", "call-1", changer)), Failure.UNAVAILABLE);

      provider.rotate(rotate("one", "call-2", changer));

      assertThat(changes).hasSize(2);
      assertThat(changes.get(0)).isEqualTo(changes.get(1));
      assertThat(server.done()).containsExactly("put", "move");
    }

    @Test
    void lostAnswerOfTheWrite_isTakenUpByTheSameToken() {
      server.refuses("PutSecretValue", 1, 500, "InternalServiceError", "no");
      assertPerhapsDone(
          () -> provider.rotate(rotate("one", "call-1", changer)), Failure.UNAVAILABLE);

      provider.rotate(rotate("one", "call-1", changer));

      assertThat(server.done()).containsExactly("put", "move");
      assertThat(password(provider, "one")).isEqualTo(changes.get(0).split(">", 2)[1]);
    }

    @Test
    void versionThatLostItsLabel_isUsedAsItIsStored() {
      server.refuses("UpdateSecretVersionStage", 1, 400, "ThrottlingException", "no");
      assertPerhapsDone(() -> provider.rotate(rotate("one", "call-1", changer)), Failure.THROTTLED);
      held.versions.values().forEach(version -> version.labels.remove("AWSPENDING"));

      provider.rotate(rotate("one", "call-1", changer));

      assertThat(changes.get(0)).isEqualTo(changes.get(1));
      assertThat(password(provider, "one")).isEqualTo(changes.get(0).split(">", 2)[1]);
    }

    @Test
    void passwordThatIsNoLongerTheOneToCome_isNotSetAtTheEndpoint() {
      for (String taken : List.of("AWSPENDING", "AWSCURRENT")) {
        server.afterPut(() -> held.version("later-" + taken, "SecretString", "x", taken));

        assertPerhapsDone(
            () -> provider.rotate(rotate("one", "call-" + taken, changer)),
            Failure.ROTATION_FAILED,
            "was replaced by somebody else");
        held.versions.values().forEach(version -> version.labels.remove("AWSPENDING"));
      }
      assertThat(changes).isEmpty();
      assertThat(server.done()).containsExactly("put", "put");
    }

    @Test
    void rotationThatAnotherHasFinished_isNotDoneAgain() {
      server.afterPut(() -> held.makeCurrent(held.labelled("AWSPENDING")));

      provider.rotate(rotate("one", "call-1", changer));

      assertThat(changes).isEmpty();
      assertThat(server.done()).containsExactly("put");
    }

    @Test
    void withoutChanger_isMisconfigured() {
      assertNothingDone(
          () -> provider.rotate(rotate("one", "call-1", null)),
          Failure.MISCONFIGURED,
          "rotation function");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private-key", "certificate", "token"})
    void otherKinds_areMisconfigured(String kind) {
      held.tag("kind", kind);

      assertNothingDone(
          () -> provider.rotate(rotate("one", "call-1", changer)),
          Failure.MISCONFIGURED,
          "only passwords");
    }

    @Test
    void secretForAnotherEndpoint_isDenied() {
      held.tag("item", "elsewhere");

      assertNothingDone(() -> provider.rotate(rotate("one", "c", changer)), Failure.DENIED);
    }

    @Test
    void personWhoHasLeft_doesNotStopWhatIsOwed() {
      held.tag("person", "somebody-else");

      provider.rotate(rotate("one", "call-1", changer));

      assertThat(server.done()).containsExactly("put", "move");
    }
  }
}
