/**
 * Offers changes of the rules that make a broken claim hold, each confirmed by the checker. Searching for them takes
 * seconds: `server/lsp/repair/` begins when a claim is found broken; this file offers the repairs found, or to wait for
 * them.
 */
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ClaimResult } from '../../../checker/results/result.js';
import type { Repair, RepairResult } from '../../../repair/index.js';
import { rangeOf } from '../../text/anchors.js';
import { capital } from '../../text/source-text.js';
import type { Changes, Fix } from '../../../../language/edits/edit.js';
import type { PolicyKnowledge } from '../../check/policy-knowledge.js';
import type { RepairService } from '../../repair/service.js';

export function repairsOf(claim: ClaimResult, { uri, result }: PolicyKnowledge, repairs: RepairService): Fix[] {
    if (!result || !repairs.isAvailable) {
        return [];
    }
    const found = repairs.get(result, claim);
    return found
        ? found.repairs.map((repair) => ({ title: titleOf(repair), changes: changesOf(repair, { isRequired: false }) }))
        : [later(claim, (token) => repairs.find(uri, result, claim, token))];
}

/** The offers for claims whose search is not finished yet, with the best repair once it is. */
function later(claim: ClaimResult, search: (token: CancellationToken) => Promise<RepairResult | undefined>): Fix {
    return {
        title: `Find a rule change that makes ${JSON.stringify(claim.name)} hold`,
        changes: async (token) => {
            const found = await search(token);
            const [best] = found?.repairs ?? [];
            if (!best) {
                throw new ResponseError(LSPErrorCodes.RequestFailed, found?.reason ?? 'The search was given up.');
            }
            return changesOf(best, { isRequired: true });
        }
    };
}

/** The title of the change, with what most authors ask first; its confirmation lists everything. */
function titleOf({ text, word, changes, isComplete, lost, perhapsLost }: Repair): string {
    const decisions = [
        ...changes.slice(0, SHOWN_CHANGES),
        ...(changes.length > SHOWN_CHANGES || !isComplete ? ['…'] : [])
    ];
    const effect = [
        ...(word === 'holds' ? [] : [word]),
        ...(decisions.length > 0 ? [decisions.join(', ')] : []),
        ...(lost.length > 0
            ? ['loses something for good']
            : perhapsLost.length > 0
              ? ['may lose something for good']
              : [])
    ];
    return `${capital(text)}${effect.length > 0 ? ` (${effect.join('; ')})` : ''}`;
}

/** The number of changed decisions in a title. */
const SHOWN_CHANGES = 2;

function effectOf({ word, alsoRepairs, contradicts, changes, isComplete, lost, perhapsLost }: Repair): string {
    const also =
        alsoRepairs.length > 0 ? `, and so ${alsoRepairs.length > 1 ? 'do' : 'does'} ${list(alsoRepairs)}` : '';
    const more = isComplete ? '' : ' and perhaps more';
    const scenarios = contradicts.length > 0 ? `; the scenario ${list(contradicts)} has to change too` : '';
    const takes = [...lost, ...perhapsLost.map((one) => `perhaps ${one}`)].map((one) => `; ${one}`).join('');
    return `${word} after this change${also}; changes ${changes.join(', ') || 'nothing'}${more}${takes}${scenarios}`;
}

function list(names: readonly string[]): string {
    return names.map((name) => JSON.stringify(name)).join(', ');
}

/** The author sees the change and all its effects before it is made. */
function changesOf(repair: Repair, { isRequired }: { readonly isRequired: boolean }): Changes {
    const { edits, text: what } = repair;
    const confirmation = { label: `${capital(what)}.`, description: `${capital(effectOf(repair))}.`, isRequired };
    return edits.map(({ source, text }) => ({ uri: source.uri, range: rangeOf(source), text, confirmation }));
}
