const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

// The first letters of the first and the last word of a name, or of the only one.
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...letters.segment(word)][0]?.segment ?? "").join("");
}

export function Initials({ name = "" }) {
  return initials(name);
}
