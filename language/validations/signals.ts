/** GR352: a signal with arguments that do not fit, of a type that no condition can compare, or with two readings at once. */
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { partOf, replaceNode } from '../edits/edits.js';
import type { Reference, SaysStep, Signal, SignalValue } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { repeated } from '../text/repeated.js';
import { signalsSaidIn } from '../names/said-signals.js';
import { couldBeEqual, isWholeData, termText, termTypes } from '../types/terms.js';
import { nameOwner, paramsInScope } from '../names/name-owner.js';
import type { Inventory } from '../names/inventory.js';
import { areComparable, dataValue, misfit, typeOf, typeText } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';

export const signals: ValidationRule = {
    codes: ['GR352'],
    checks: {
        Signal: (node, report) => {
            if (['list', 'record', 'any'].includes(typeOf(node.type).kind)) {
                report.error(
                    'GR352',
                    [node, 'type'],
                    `\`${node.name}\` is ${typeText(typeOf(node.type))}, and a signal is one value: a number such as \`0..100\`, \`bool\`, \`string\` or a list of constants.`
                );
            }
        },
        Reference: (node, report) => {
            const signal = node.target?.ref;
            if (!ast.isSignal(signal) || !checkCount(node, signal, node.args.length, report)) {
                return;
            }
            node.args.forEach((argument, index) => {
                const param = signal.params[index]!;
                if (!couldBeEqual(termTypes(argument, report.inventory), [typeOf(param.type)])) {
                    report.error(
                        'GR352',
                        [node, 'args', index],
                        `\`${termText(argument)}\` can never be ${typeText(typeOf(param.type))}, which \`${signal.name}\` takes.`
                    );
                }
            });
        },
        CallStep: ({ signals: given }, report) => checkOnce(given, report),
        EndStep: ({ signals: given }, report) => checkOnce(given, report),
        EventStep: ({ signals: given }, report) => checkOnce(given, report),
        SaysStep: (step: SaysStep, report) => {
            const said = [...signalsSaidIn(step, report.inventory)];
            for (const [node, { name }] of repeated(said, ([, signal]) => signal)) {
                report.error('GR352', node, twice(name));
            }
        },
        SignalValue: (node, report) => {
            const signal = node.signal?.ref;
            if (!signal) {
                return;
            }
            if (node.called && checkCount(node, signal, node.args.length, report)) {
                node.args.forEach((argument, index) => {
                    const problem = isWholeData(argument)
                        ? misfit(typeOf(signal.params[index]!.type), dataValue(argument))
                        : undefined;
                    if (problem !== undefined) {
                        report.error(
                            'GR352',
                            [node, 'args', index],
                            `The argument of \`${signal.name}\` ${problem}.`,
                            () => fittingValues(argument, [typeOf(signal.params[index]!.type)])
                        );
                    }
                });
            }
            const problem = isWholeData(node.value) ? misfit(typeOf(signal.type), dataValue(node.value)) : undefined;
            if (problem !== undefined) {
                report.warning(
                    'GR352',
                    [node, 'value'],
                    `\`${signal.name}\` ${problem}, so it cannot be read: the signal is unknown here.`,
                    () => fittingValues(node.value, [typeOf(signal.type)])
                );
            }
        }
    }
};

/** A signal has one reading for the same arguments (M27). */
function checkOnce(given: readonly SignalValue[], report: Reporter): void {
    const known = given.filter(({ signal, args }) => signal?.ref && args.every((argument) => isWholeData(argument)));
    const readingOf = ({ signal, called, args }: SignalValue): string =>
        JSON.stringify([signal.$refText, called ? args.map((argument) => dataValue(argument)) : null]);
    for (const node of repeated(known, readingOf)) {
        const { signal, called, args } = node;
        const of = called ? `(${args.map((argument) => JSON.stringify(dataValue(argument))).join(', ')})` : '';
        report.error('GR352', node, twice(`${signal.$refText}${of}`));
    }
}

function twice(reading: string): string {
    return `\`${reading}\` is given twice, and a signal has one reading for the same arguments. Remove one of the two.`;
}

function checkCount(node: Reference | SignalValue, signal: Signal, given: number, report: Reporter): boolean {
    const wanted = signal.params.length;
    if (given !== wanted) {
        const example = `${signal.name}(${signal.params.map((param) => param.name).join(', ')})`;
        report.error(
            'GR352',
            node,
            wanted === 0
                ? `\`${signal.name}\` takes no arguments: write it without parentheses.`
                : `\`${signal.name}\` takes ${wanted === 1 ? 'one value' : `${wanted} values`}, not ${given}. Write \`${example}\`.`,
            ({ inventory }) => (ast.isReference(node) ? withArguments(node, signal, inventory) : [])
        );
    }
    return given === wanted;
}

/** Gives the signal the parameters of the call that it may read, or none. */
function withArguments(use: Reference, signal: Signal, inventory: Inventory): Fix[] {
    const name = partOf(use, 'target')!.text;
    if (signal.params.length === 0) {
        return [obvious('Remove the parentheses', replaceNode(use, name))];
    }
    const scope = nameOwner(use) ? paramsInScope(use, inventory) : [];
    const choices = signal.params.map((param) =>
        scope.filter((each) => areComparable(typeOf(each.type), typeOf(param.type)))
    );
    const longest = Math.min(MOST_OFFERED, ...choices.map(({ length }) => length));
    return Array.from({ length: longest }, (_, index) => {
        const text = `${name}(${choices.map((each) => nameText(each[index]!.name)).join(', ')})`;
        return { title: `Write \`${text}\``, changes: [replaceNode(use, text)], isPreferred: longest === 1 };
    });
}
