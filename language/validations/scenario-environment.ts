/** GR356: an input from outside that does not fit its declaration: an event, or the user's words. */
import type { ValidationAcceptor } from 'langium';
import { type Fix, withFixes } from '../edits/edit.js';
import type { CallArgument, Data, FieldData, Param } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isWholeData, membersOf } from '../types/terms.js';
import { signalsSaidIn } from '../names/said-signals.js';
import { nearest } from '../text/spelling.js';
import { fittingValues } from '../types/fitting.js';
import { dataValue, misfit, typeOf } from '../types/types.js';
import { unknownName, withoutSecond } from './given-values.js';
import { withArguments } from './missing-arguments.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, list } from './rule.js';

export const scenarioEnvironment: ValidationRule = {
    codes: ['GR356'],
    checks: (services) => ({
        EventStep: (step, accept) => {
            const event = step.event?.ref;
            if (event) {
                const given = step.args.map((node) => ({ node, name: node.param?.$refText ?? '' }));
                checkValues(given, event.params, `\`${event.name}\``, accept);
                const missing = event.params.filter(
                    ({ name, optional, default: usual }) =>
                        !optional && !usual && !given.some((value) => value.name === name)
                );
                if (missing.length > 0) {
                    const names = list(missing.map(({ name }) => `"${name}"`));
                    accept(
                        'warning',
                        `\`${event.name}\` brings ${names}, which is unknown here. Write it in parentheses.`,
                        {
                            node: step,
                            property: 'event',
                            code: 'GR356',
                            ...withFixes((problem) => [withArguments(step, missing, problem)])
                        }
                    );
                }
            }
        },
        SaysStep: (step, accept) => {
            const fields = membersOf({ $type: ast.RequestRoot.$type }, inventoryOf(step, services))
                .filter(ast.isParam)
                .filter(({ name }) => name !== 'text');
            const said = signalsSaidIn(step, inventoryOf(step, services));
            const given = step.fields.filter((node) => !said.has(node)).map((node) => ({ node, name: node.name }));
            checkValues(given, fields, 'A request', accept);
            for (const [node, { type }] of said) {
                checkFit(node, node.name, type, accept);
            }
        }
    })
};

interface GivenValue {
    readonly node: (CallArgument | FieldData) & { readonly value: Data };
    readonly name: string;
}

function checkValues(
    given: readonly GivenValue[],
    params: readonly Param[],
    what: string,
    accept: ValidationAcceptor
): void {
    const report = (node: GivenValue['node'], message: string, fixes: () => readonly Fix[]): void =>
        accept('error', message, { node, code: 'GR356', ...withFixes(fixes) });
    for (const { node, name } of given.filter((value) => value.name)) {
        const param = params.find((other) => other.name === name);
        if (!param) {
            const known = params.map((other) => other.name);
            const meant = nearest(name, known);
            const hint =
                meant === undefined
                    ? known.length === 0
                        ? 'It declares none.'
                        : `It has ${list(known.map((one) => `"${one}"`))}.`
                    : `Did you mean "${meant}"?`;
            const free = known.filter((one) => given.every((value) => value.name !== one));
            const property = ast.isFieldData(node) ? 'name' : 'param';
            report(node, `${what} has no "${name}". ${hint}`, () => unknownName(node, property, name, free));
            continue;
        }
        if (given.find((other) => other.name === name)?.node !== node) {
            report(node, `"${name}" is given twice. Remove one of the two.`, () => [withoutSecond(node, name)]);
            continue;
        }
        checkFit(node, name, param.type, accept);
    }
}

function checkFit(node: GivenValue['node'], name: string, type: Param['type'], accept: ValidationAcceptor): void {
    const problem = isWholeData(node.value) ? misfit(typeOf(type), dataValue(node.value)) : undefined;
    if (problem !== undefined) {
        accept('warning', `"${name}" ${problem}, so it cannot be read: it is unknown here.`, {
            node,
            code: 'GR356',
            ...withFixes(() => fittingValues(node.value, [typeOf(type)]))
        });
    }
}
