/** Saves a session with its policy as a scenario. */
import type { LangiumDocument } from 'langium';
import * as ast from '../../../language/generated/ast.js';
import { addStatement } from '../../text-edits/edits.js';
import { Place } from '../features/code-actions/place.js';
import { freeScenarioName, scenarioOf } from '../../simulator/session-scenario.js';
import type { GuardrailLspServices } from '../module.js';
import type { KeepSessionParams, KeptSession } from '../protocol.js';

/** Null if a step cannot be expressed in a scenario. */
export function keptSession(
    document: LangiumDocument<ast.PolicyFile>,
    services: GuardrailLspServices,
    { trace, title }: Pick<KeepSessionParams, 'trace' | 'title'>
): KeptSession | null {
    const start = { line: 0, character: 0 };
    const place = new Place(document, { start, end: start }, services);
    const name = freeScenarioName(place.file, title);
    const text = scenarioOf(trace, name);
    if (text === undefined) {
        return null;
    }
    const edit = addStatement(place, ast.Scenario.$type, text);
    return { name, edit: { range: edit.range, text: edit.text } };
}
