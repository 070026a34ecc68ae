/** Selects the pieces of work for which a limit is lowered. */

/**
 * The pieces made for the limit (the file in `limits/` has its name), followed by some of all kinds.
 *
 * @param tried the number of the others, which are taken evenly from all
 * @param reaching the names of further pieces that are tried first
 */
export function inOrder<Piece extends { readonly name: string }>(
    limit: string,
    pieces: readonly Piece[],
    tried: number,
    reaching: readonly string[] = []
): Piece[] {
    const isMade = (piece: Piece): boolean =>
        reaching.includes(piece.name) || /^limits\/([\w+]+)/.exec(piece.name)?.[1]?.split('+').includes(limit) === true;
    const others = pieces.filter((piece) => !isMade(piece));
    const stride = Math.ceil(others.length / tried);
    const rounds = Array.from({ length: stride }, (_, from) => others.filter((__, index) => index % stride === from));
    return [...pieces.filter(isMade), ...rounds.flat()];
}
