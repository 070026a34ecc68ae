/** Which pieces of work a limit is lowered for. */

/**
 * Those that were made for the limit (their file is in `limits/` and has its name), and then some of all kinds.
 *
 * @param tried how many of the others come first: they are taken evenly from all
 */
export function inOrder<Piece extends { readonly name: string }>(
    limit: string,
    readers: readonly Piece[],
    tried: number
): Piece[] {
    const isMade = (piece: Piece): boolean =>
        /^limits\/([\w+]+)/.exec(piece.name)?.[1]?.split('+').includes(limit) === true;
    const others = readers.filter((piece) => !isMade(piece));
    const stride = Math.ceil(others.length / tried);
    const rounds = Array.from({ length: stride }, (_, from) => others.filter((__, index) => index % stride === from));
    return [...readers.filter(isMade), ...rounds.flat()];
}
