// Input methods, with which Chinese and Japanese are typed.

/**
 * Whether a key press belongs to an input method: Enter then takes over what was composed. Safari reports the last
 * one after the composition, by its old key code alone.
 */
export function isComposing({ isComposing: composes, keyCode }) {
  return composes || keyCode === 229;
}
