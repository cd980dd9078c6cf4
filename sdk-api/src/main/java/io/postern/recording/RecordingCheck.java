package io.postern.recording;

/**
 * What a check of a recording's seal found.
 *
 * @param intact whether every byte is the one that was recorded
 * @param bytes how many bytes of the asciicast were checked
 * @param finding where the first fault is and what it looks like; empty when there is none
 */
public record RecordingCheck(boolean intact, long bytes, String finding) {}
