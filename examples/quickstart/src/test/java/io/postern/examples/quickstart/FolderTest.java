package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
  @TempDir Path parent;

  @Test
  void aFolderWithAnythingElse_isNotEmptied() throws IOException {
    Path precious = Files.writeString(parent.resolve("thesis.tex"), "ten years");
    assertThatThrownBy(() -> Folder.fresh(parent))
        .isInstanceOfSatisfying(
            PosternException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SETTINGS_INVALID));
    assertThat(precious).exists();
    assertThat(parent)
        .isDirectoryContaining("glob:**thesis.tex")
        .isDirectoryNotContaining("glob:**.postern*");
  }

  @Test
  void whatALinkLeadsTo_staysWhenTheFolderIsEmptied() throws IOException {
    Path precious = Files.createDirectory(parent.resolve("precious"));
    Files.writeString(precious.resolve("thesis.tex"), "ten years");
    Path own = parent.resolve("own");
    Folder.fresh(own).close();
    Files.createSymbolicLink(own.resolve("link"), precious);

    Folder.fresh(own).close();

    assertThat(own.resolve("link")).doesNotExist();
    assertThat(precious.resolve("thesis.tex")).exists();
  }

  @Test
  void twoAtOnce_areRefused() throws IOException {
    Path own = parent.resolve("own");
    try (Folder first = Folder.fresh(own)) {
      assertThatThrownBy(() -> Folder.fresh(own))
          .isInstanceOfSatisfying(
              PosternException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IN_USE));
      assertThat(first.endpoint()).exists();
    }
    Folder.fresh(own).close();
  }
}
