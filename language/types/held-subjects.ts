/** `deny held E`: the calls of E that a `require approval` of the policy asks a person about. */
import * as ast from '../generated/ast.js';

/** True if the rule is a `deny`, and this subject of it means only calls that a requirement holds. */
export function deniesHeld(rule: ast.Rule, { status }: ast.Event): boolean {
    return ast.isDeny(rule) && status === 'held';
}
