/** The known names near a misspelt one, nearest first, by the distance of `nearest`. */
export function nearby(name: string, known: readonly string[]): string[] {
    const limit = limitFor(name);
    return [...new Set(known)]
        .map((candidate) => ({ candidate, distance: distanceTo(name, candidate, limit) }))
        .filter(({ distance }) => distance < limit)
        .sort((a, b) => a.distance - b.distance)
        .map(({ candidate }) => candidate);
}

/**
 * The known name nearest to a misspelt one; undefined if none is near (an edit distance of at most a third of the
 * name).
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
    let best: string | undefined;
    let bestDistance = limitFor(name);
    for (const candidate of known) {
        const distance = distanceTo(name, candidate, bestDistance);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

function limitFor(name: string): number {
    return Math.floor(Math.max(name.length, 3) / 3) + 1;
}

/** A name without a dot is compared with the last part of a dotted one. */
function distanceTo(name: string, candidate: string, limit: number): number {
    const short =
        candidate.includes('.') && !name.includes('.') ? candidate.slice(candidate.lastIndexOf('.') + 1) : candidate;
    return editDistance(name.toLowerCase(), short.toLowerCase(), limit);
}

/** Computes the optimal string alignment (Damerau 1964), and stops at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
    if (Math.abs(a.length - b.length) >= limit) {
        return limit;
    }
    let beforePrevious: number[] = [];
    let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
            let cost = Math.min(substituted, previous[j]! + 1, row[j - 1]! + 1);
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
                cost = Math.min(cost, beforePrevious[j - 2]! + 1);
            }
            row.push(cost);
        }
        beforePrevious = previous;
        previous = row;
    }
    return previous[b.length]!;
}
