/**
 * When calls that are held lapse, the earliest first: a pairing heap, so that time that passes costs what lapses and not what
 * is held. What was answered or let go meanwhile stays in it until its time comes, and is then none of these.
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

/** Without the earliest. */
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
