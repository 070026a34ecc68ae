/**
 * The times at which held calls lapse, earliest first: a pairing heap, so that the cost of advancing time is
 * proportional to the number of lapses, not of held calls. Entries of calls that were answered or released in the
 * meantime stay until their time comes, and are then ignored.
 */
export interface Lapses {
    readonly until: number;
    readonly id: number;
    readonly others: Others;
}

type Others = { readonly first: Lapses; readonly rest: Others } | undefined;

export function withLapse(lapses: Lapses | undefined, until: number, id: number): Lapses {
    return merged(lapses, { until, id, others: undefined });
}

/** The heap without its earliest entry. */
export function withoutEarliest({ others }: Lapses): Lapses | undefined {
    const pairs: Lapses[] = [];
    for (let left = others; left; left = left.rest?.rest) {
        pairs.push(merged(left.first, left.rest?.first));
    }
    return pairs.reduceRight<Lapses | undefined>((all, pair) => merged(all, pair), undefined);
}

function merged(a: Lapses | undefined, b: Lapses): Lapses;
function merged(a: Lapses, b: Lapses | undefined): Lapses;
function merged(a: Lapses | undefined, b: Lapses | undefined): Lapses {
    if (!a || !b) {
        return (a ?? b)!;
    }
    const [first, second] = a.until <= b.until ? [a, b] : [b, a];
    return { until: first.until, id: first.id, others: { first: second, rest: first.others } };
}
