/** GR356: an input from outside that does not fit its declaration: an event, or the user's words. */
import { type Fix } from '../edits/edit.js';
import * as ast from '../generated/ast.js';
import { isWholeData, membersOf } from '../types/terms.js';
import { signalsSaidIn } from '../names/said-signals.js';
import { nearest } from '../text/spelling.js';
import { fittingValues } from '../types/fitting.js';
import { dataValue, misfit, typeOf } from '../types/types.js';
import { unknownName, withoutSecond } from './given-values.js';
import { withArguments } from './missing-arguments.js';
import { list, type Reporter, type ValidationRule } from './rule.js';

export const scenarioEnvironment: ValidationRule = {
    codes: ['GR356'],
    checks: {
        EventStep: (step, report) => {
            const event = step.event?.ref;
            if (event) {
                const given = step.args.map((node) => ({ node, name: node.param?.$refText ?? '' }));
                checkValues(given, event.params, `\`${event.name}\``, report);
                const missing = event.params.filter(
                    ({ name, optional, default: usual }) =>
                        !optional && !usual && !given.some((value) => value.name === name)
                );
                if (missing.length > 0) {
                    const names = list(missing.map(({ name }) => `"${name}"`));
                    report.warning(
                        'GR356',
                        [step, 'event'],
                        `\`${event.name}\` brings ${names}, which is unknown here. Write it in parentheses.`,
                        (problem) => [withArguments(step, missing, problem)]
                    );
                }
            }
        },
        SaysStep: (step, report) => {
            const fields = membersOf({ $type: ast.RequestRoot.$type }, report.inventory)
                .filter(ast.isParam)
                .filter(({ name }) => name !== 'text');
            const said = signalsSaidIn(step, report.inventory);
            const given = step.fields.filter((node) => !said.has(node)).map((node) => ({ node, name: node.name }));
            checkValues(given, fields, 'A request', report);
            for (const [node, { type }] of said) {
                checkFit(node, node.name, type, report);
            }
        }
    }
};

interface GivenValue {
    readonly node: (ast.CallArgument | ast.FieldData) & { readonly value: ast.Data };
    readonly name: string;
}

function checkValues(given: readonly GivenValue[], params: readonly ast.Param[], what: string, report: Reporter): void {
    const fail = (node: GivenValue['node'], message: string, fixes: () => readonly Fix[]): void =>
        report.error('GR356', node, message, fixes);
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
            fail(node, `${what} has no "${name}". ${hint}`, () => unknownName(node, property, name, free));
            continue;
        }
        if (given.find((other) => other.name === name)?.node !== node) {
            fail(node, `"${name}" is given twice. Remove one of the two.`, () => [withoutSecond(node, name)]);
            continue;
        }
        checkFit(node, name, param.type, report);
    }
}

function checkFit(node: GivenValue['node'], name: string, type: ast.Param['type'], report: Reporter): void {
    const problem = isWholeData(node.value) ? misfit(typeOf(type), dataValue(node.value)) : undefined;
    if (problem !== undefined) {
        report.warning('GR356', node, `"${name}" ${problem}, so it cannot be read: it is unknown here.`, () =>
            fittingValues(node.value, [typeOf(type)])
        );
    }
}
