/** Joins parts as `a, b and c`. */
export function joined(parts: readonly string[]): string {
    const distinct = parts.filter((part, index) => index === 0 || part !== parts[index - 1]);
    return distinct.length < 2
        ? (distinct[0] ?? '')
        : `${distinct.slice(0, -1).join(', ')} and ${distinct[distinct.length - 1]!}`;
}
