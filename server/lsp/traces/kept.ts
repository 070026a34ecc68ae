/** Saves a session with its policy as a scenario. */
import type { LangiumDocument } from 'langium';
import { lower } from '../../../language/lower/index.js';
import type { GuardrailServices } from '../../../language/names/inventory.js';
import * as ast from '../../../language/generated/ast.js';
import { addStatement } from '../../../language/edits/edits.js';
import { Place } from '../features/code-actions/place.js';
import { freeScenarioName, scenarioOf, wantedDecision } from '../../simulator/session-scenario.js';
import type { GuardrailLspServices } from '../module.js';
import type { KeepSessionParams, KeptSession } from '../protocol.js';

/** Null if a step cannot be expressed in a scenario. */
export function keptSession(
    document: LangiumDocument<ast.PolicyFile>,
    services: GuardrailLspServices,
    { trace, title, claim }: Pick<KeepSessionParams, 'trace' | 'title' | 'claim'>
): KeptSession | null {
    const start = { line: 0, character: 0 };
    const place = new Place(document, { start, end: start }, services);
    const name = freeScenarioName(place.file, title);
    const wanted = claim === undefined ? undefined : wantedIn(document, claim, services);
    const text = scenarioOf(trace, name, wanted);
    if (text === undefined) {
        return null;
    }
    const edit = addStatement(place, ast.Scenario.$type, text);
    return { name, edit: { range: edit.range, text: edit.text } };
}

/** The decision that the claim wants on the call that breaks it. */
export function wantedIn(
    document: LangiumDocument,
    claim: string,
    services: GuardrailServices
): ReturnType<typeof wantedDecision> {
    const policy = lower(document.parseResult.value as ast.PolicyFile, services);
    const found = policy.claims.find(({ name }) => name === claim);
    return found && wantedDecision(found);
}
