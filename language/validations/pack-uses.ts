/**
 * The uses of a pack: GR231: a value that is not an argument for its parameter, GR233: an argument that is missing or
 * given twice, GR234: a pack that uses itself, GR240 and GR241: `granting` compared with the pack's `allow`s, GR243 and
 * GR244: `assuming` compared with its assumptions.
 */
import { AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import { type Edit, type Fix, obvious } from '../edits/edit.js';
import { insertAfter, keywordOf, removeParts, removeStatement, replacePart, replaceRange } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { fittingValues } from '../types/fitting.js';
import { typeOf } from '../types/types.js';
import { assumes, grants, usedPacks } from '../packs/pack.js';
import { argumentFor, expectedBy, wrongValue } from '../packs/values.js';
import { wayBack } from './cycles.js';
import { withoutSecond } from './given-values.js';
import { withArguments } from './missing-arguments.js';
import { list, otherPlace, type Reporter, type ValidationRule } from './rule.js';

export const packUses: ValidationRule = {
    codes: ['GR231', 'GR233', 'GR234', 'GR240', 'GR241', 'GR243', 'GR244'],
    checks: {
        Use: (use, report) => {
            const pack = use.pack?.ref;
            if (pack) {
                checkArguments(use, pack, report);
                checkGranting(use, pack, report);
                checkAssuming(use, pack, report);
                checkRecursion(use, pack, report);
            }
        },
        PackParam: (param, report) => {
            const problem = wrongValue(param, param.initial);
            if (problem !== undefined) {
                report.error('GR231', [param, 'initial'], problem, () => constantsFor(param, param.initial));
            }
        }
    }
};

function checkArguments(use: ast.Use, pack: ast.Pack, report: Reporter): void {
    for (const argument of use.args) {
        const param = argument.param?.ref;
        if (!param) {
            continue;
        }
        const first = argumentFor(use, param);
        if (first && first !== argument) {
            report.error(
                'GR233',
                [argument, 'param'],
                `The argument "${param.name}" is given twice. Remove one of the two.`,
                () => [withoutSecond(argument, param.name)],
                { related: otherPlace(first, 'It is given here.') }
            );
        }
        const problem = wrongValue(param, argument.value);
        if (problem !== undefined) {
            report.error('GR231', [argument, 'value'], problem, () => constantsFor(param, argument.value));
        }
    }
    // An argument with a misspelt name is reported, and is probably the missing one.
    const missing = use.args.some((argument) => !argument.param?.ref) ? [] : pack.params.filter(isMissing);
    if (missing.length > 0) {
        const wanted = list(missing.map((param) => `"${param.name}" (${expectedBy(param)})`));
        report.error(
            'GR233',
            [use, 'pack'],
            `The pack "${pack.name}" needs ${wanted}.`,
            (problem) => [withArguments(use, missing, problem)],
            { related: missing.flatMap((param) => otherPlace(param, `"${param.name}" is declared here.`)) }
        );
    }

    function isMissing(param: ast.PackParam): boolean {
        return Boolean(param.name) && !param.initial && !argumentFor(use, param);
    }
}

/** Constants near the value that the parameter accepts. */
function constantsFor(param: ast.PackParam, value: ast.PackValue | undefined): Fix[] {
    return ast.isValueParam(param) && ast.isConstantValue(value)
        ? fittingValues(value.literal, [typeOf(param.type)])
        : [];
}

function checkGranting(use: ast.Use, pack: ast.Pack, report: Reporter): void {
    const allows = grants(pack);
    if (allows && !use.granting) {
        report.error(
            'GR240',
            [use, 'pack'],
            `The pack "${pack.name}" allows calls, and its use must state this. Write \`granting\` after the arguments.`,
            () => [obvious('Write `granting`', granting(use))]
        );
    } else if (!allows && use.granting) {
        report.warning(
            'GR241',
            [use, 'granting'],
            `The pack "${pack.name}" has no \`allow\` and no modes, so it grants nothing. Remove \`granting\`.`,
            (problem) => [withoutConsent(use, 'granting', problem)]
        );
    }
}

/** `granting` comes before `assuming`. */
function granting(use: ast.Use): Edit {
    const assuming = keywordOf(use, 'assuming');
    return assuming ? replacePart(assuming, 'granting, assuming') : insertAfter(use, ' granting');
}

function checkAssuming(use: ast.Use, pack: ast.Pack, report: Reporter): void {
    const doesAssume = assumes(pack);
    if (doesAssume && !use.assuming) {
        report.error(
            'GR243',
            [use, 'pack'],
            `The pack "${pack.name}" makes an assumption (\`assume\`), and its use must state this. Write \`assuming\` after the arguments.`,
            () => [obvious('Write `assuming`', insertAfter(use, use.granting ? ', assuming' : ' assuming'))]
        );
    } else if (!doesAssume && use.assuming) {
        report.warning(
            'GR244',
            [use, 'assuming'],
            `The pack "${pack.name}" has no \`assume\`. Remove \`assuming\`.`,
            (problem) => [withoutConsent(use, 'assuming', problem)]
        );
    }
}

function withoutConsent(use: ast.Use, word: 'granting' | 'assuming', problem: Problem): Fix {
    const found = keywordOf(use, word)!;
    const comma = /\s*,\s*$/.exec(problem.text.slice(0, found.offset))?.[0].length;
    const edit =
        comma !== undefined
            ? replaceRange(problem, found.offset - comma, found.end, '')
            : use.assuming && word === 'granting'
              ? replaceRange(problem, found.offset, keywordOf(use, 'assuming')!.offset, '')
              : removeParts(found);
    return { ...obvious(`Remove \`${word}\``, edit), isSafe: true };
}

function checkRecursion(use: ast.Use, pack: ast.Pack, report: Reporter): void {
    const around = AstUtils.getContainerOfType(use, ast.isPack);
    const way = around && (around === pack ? [pack, pack] : wayTo(pack, around));
    if (way) {
        const through = way.length > 2 ? `: ${way.map((step) => step.name).join(' uses ')}` : '';
        report.error(
            'GR234',
            [use, 'pack'],
            `The pack "${around.name}" uses itself${through}. Write out what it means.`,
            () => [{ title: 'Remove this use', changes: [removeStatement(use)] }]
        );
    }
}

/** A path back to `around` that starts with the use of `pack`. */
function wayTo(pack: ast.Pack, around: ast.Pack): ast.Pack[] | undefined {
    return wayBack(around, (each) => (each === around ? [pack] : usedPacks(each)));
}
