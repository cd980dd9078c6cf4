package io.postern.credential;

import io.postern.text.Text;

/**
 * Which credential: the manager's name as configured and the key inside it. Not a secret; stands in
 * audit entries.
 *
 * @param manager the name under which the host configured the credential manager
 * @param key the manager's own identifier of the credential
 */
public record CandidateId(String manager, String key) {
  public CandidateId {
    manager = Text.id(manager, "credential manager name");
    key = Text.id(key, "credential key");
  }

  @Override
  public String toString() {
    return manager + "/" + key;
  }
}
