package io.postern.jump;

import static java.util.Objects.requireNonNull;

import io.postern.session.Tool;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is allowed inside a session. Immutable; the methods give changed copies.
 *
 * <p>A tool is allowed, denied or not defined. Where the item's policy does not define it the
 * person's decides, then those of the person's groups, of which one that denies outweighs all that
 * allow, then the site's, then the answer is no (rule TOOL-1). Recording is demanded where any of
 * them demands it.
 */
public final class SessionPolicy {
  /** What a policy says of one tool. */
  public enum Permission {
    /** The tool may be used. */
    ALLOW,
    /** The tool may not be used. */
    DENY,
    /** The next policy decides. */
    NOT_DEFINED
  }

  private final SessionPolicyId id;
  private final Map<Tool, Permission> tools;
  private final boolean recording;

  private SessionPolicy(SessionPolicyId id, Map<Tool, Permission> tools, boolean recording) {
    this.id = id;
    this.tools = Map.copyOf(tools);
    this.recording = recording;
  }

  /** A policy that defines nothing and does not demand recording. */
  public static SessionPolicy named(String id) {
    return new SessionPolicy(SessionPolicyId.of(id), Map.of(), false);
  }

  /** Allows these tools. */
  public SessionPolicy allow(Tool... allowed) {
    return define(Permission.ALLOW, allowed);
  }

  /** Denies these tools. */
  public SessionPolicy deny(Tool... denied) {
    return define(Permission.DENY, denied);
  }

  /**
   * Demands that shells and commands are recorded; where that cannot go on, the tool stops (rules
   * REC-1, REC-2).
   */
  public SessionPolicy recorded() {
    return new SessionPolicy(id, tools, true);
  }

  private SessionPolicy define(Permission permission, Tool... named) {
    Map<Tool, Permission> more = new EnumMap<>(Tool.class);
    more.putAll(tools);
    for (Tool tool : named) {
      more.put(requireNonNull(tool, "tool"), permission);
    }
    return new SessionPolicy(id, more, recording);
  }

  /** Which policy. */
  public SessionPolicyId id() {
    return id;
  }

  /** What it says of a tool. */
  public Permission of(Tool tool) {
    return tools.getOrDefault(tool, Permission.NOT_DEFINED);
  }

  /** Whether it demands recording; any policy in force that does is enough. */
  public boolean demandsRecording() {
    return recording;
  }
}
