/** Fingerprints that identify a problem across runs, regardless of changes above it. */
import { createHash } from 'node:crypto';
import type { ReportContext } from '../context.js';
import type { Item } from '../items.js';
import { sourceText } from './locations.js';

/** The part of a problem's text that identifies it. */
export type SourceContext = Pick<ReportContext, 'textOf' | 'pathOf'>;

/** The name of the fingerprint; its version changes with its inputs. */
export const FINGERPRINT = 'guardrail/v1';

/** The fingerprints of the items, all different: equal problems are numbered in report order. */
export function fingerprints(items: readonly Item[], context: SourceContext): string[] {
    const seen = new Map<string, number>();
    return items.map((item) => {
        const hash = createHash('sha256')
            .update(JSON.stringify(identity(item, context)))
            .digest('hex')
            .slice(0, 32);
        const number = (seen.get(hash) ?? 0) + 1;
        seen.set(hash, number);
        return `${hash}:${number}`;
    });
}

/**
 * A claim and a scenario are identified by name, everything else by its text. Messages are not used, because they may
 * contain line numbers.
 */
function identity({ code, source, claim, scenario }: Item, context: SourceContext): readonly (string | undefined)[] {
    const text = sourceText(source, context)?.replace(/\s+/g, ' ').trim();
    const path = context.pathOf(source.uri);
    return claim ? [code, path, 'claim', claim.name] : [code, path, scenario?.name, text];
}
