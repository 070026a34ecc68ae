/** Adds missing arguments. */
import * as ast from '../../../../../language/generated/ast.js';
import { toolName } from '../../../../../language/names/inventory.js';
import { paramsInScope } from '../../../../../language/names/name-owner.js';
import { isValue } from '../../../../../language/packs/arguments.js';
import { argumentFor } from '../../../../../language/packs/values.js';
import { areComparable, typeOf } from '../../../../../language/types/types.js';
import { insertAt, partOf, replaceNode } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Edit } from '../../../../../language/edits/edit.js';
import { firstOf, sampleOf } from '../../../../../language/types/samples.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';
import { nameText, toolText } from '../../../../model/text/typed-text.js';
const missing: Fix = {
    codes: ['GR233', 'GR306', 'GR309', 'GR356'],
    summary: 'Add the missing arguments of a call, event, pack or definition',
    propose: (problem) => {
        const added = missingAt(problem);
        if (!added || added.names.length === 0) {
            return [];
        }
        const list = added.names.map((name) => `\`${name}\``).join(', ');
        return [obvious(`Add ${list}`, ...added.edits)];
    }
};

/** Names the arguments of a definition that takes some of them only by name. */
const byName: Fix = {
    codes: ['GR309'],
    summary: 'Name the arguments of a definition that are not values',
    propose: (problem) => {
        const use = problem.at(ast.isReference);
        const definition = use?.target.ref;
        if (!use || !ast.isDefinition(definition) || use.args.length !== definition.params.length) {
            return [];
        }
        const named = definition.params.map(
            ({ name }, index) => `${nameText(name, 'Name')}: ${use.args[index]!.$cstNode?.text ?? ''}`
        );
        const text = `${use.target.$refText}(${named.join(', ')})`;
        return definition.params.every(isValue) ? [] : [obvious(`Write \`${text}\``, replaceNode(use, text))];
    }
};

interface AddedArguments {
    readonly names: readonly string[];
    readonly edits: readonly Edit[];
}

function missingAt(problem: Problem): AddedArguments | undefined {
    switch (problem.code) {
        case 'GR233': {
            const use = problem.at(ast.isUse);
            const lacking = (use?.pack.ref?.params ?? []).filter(
                (param) => param.name && !param.initial && !argumentFor(use!, param)
            );
            return use && added(problem, lacking, packSample, use, use.args);
        }
        case 'GR306': {
            const step = problem.at(ast.isCallStep);
            const isAtTool = step && partOf(step, 'tool')?.offset === problem.from;
            return isAtTool && !step.rest
                ? added(problem, needed(step.tool.ref?.params ?? [], step.args), valueSample, step, step.args)
                : undefined;
        }
        case 'GR356': {
            const step = problem.at(ast.isEventStep);
            const isAtEvent = step && partOf(step, 'event')?.offset === problem.from;
            return isAtEvent
                ? added(problem, needed(step.event.ref?.params ?? [], step.args), valueSample, step, step.args)
                : undefined;
        }
        default: {
            const use = problem.at(ast.isReference);
            const definition = use?.target.ref;
            if (!use || !ast.isDefinition(definition)) {
                return undefined;
            }
            const given = new Set(use.named.map(({ param }) => param.$refText));
            const values = definition.params.filter((param) => !given.has(param.name));
            const lacking = values
                .slice(use.args.length)
                .filter((param) => (ast.isPackParam(param) ? !param.initial : !param.default));
            return added(problem, lacking, (param, at) => argumentSample(use, param, at), use, [
                ...use.args,
                ...use.named
            ]);
        }
    }
}

function needed(params: readonly ast.Param[], args: readonly ast.CallArgument[]): ast.Param[] {
    const given = new Set(args.map(({ param }) => param.$refText));
    return params.filter((param) => !param.optional && !param.default && !given.has(param.name));
}

type Sample<P> = (param: P, problem: Problem) => string;

/** Adds the arguments after the existing ones, each as a placeholder. */
function added<P extends ast.DefinitionParam>(
    problem: Problem,
    params: readonly P[],
    sample: Sample<P>,
    owner: ast.Use | ast.CallStep | ast.EventStep | ast.Reference,
    given: readonly { readonly $cstNode?: { readonly end: number } | undefined }[]
): AddedArguments {
    const list = params.map((param, index) => {
        const text = sample(param, problem).replace(/[\\$}]/g, '\\$&');
        return `${nameText(param.name, 'Name')}: \${${index + 1}:${text}}`;
    });
    const last = given.at(-1)?.$cstNode;
    const name = partOf(owner, ast.isUse(owner) ? 'pack' : ast.isReference(owner) ? 'target' : TOOL[owner.$type]!);
    const open = name ? /^\s*\(/.exec(problem.text.slice(name.end))?.[0].length : undefined;
    const edit = last
        ? insertAt(problem, last.end, `, ${list.join(', ')}`)
        : open !== undefined
          ? insertAt(problem, name!.end + open, list.join(', '))
          : name && insertAt(problem, name.end, `(${list.join(', ')})`);
    return {
        names: params.map((param) => param.name),
        edits: edit ? [{ ...edit, hasPlaces: true }] : []
    };
}

const TOOL: { readonly [type: string]: string } = { CallStep: 'tool', EventStep: 'event' };

function valueSample(param: ast.Param): string {
    return sampleOf(param.type);
}

/** The name of a declaration of this kind in the policy, if there is one. */
function packSample(param: ast.PackParam, { inventory }: Problem): string {
    const first = (is: (element: unknown) => element is ast.Human | ast.Agent | ast.Label, otherwise: string): string =>
        nameText(firstOf(inventory.elements, is)?.name ?? otherwise, ast.isLabelParam(param) ? 'Name' : 'StrictName');
    if (ast.isHumanParam(param)) {
        return first(ast.isHuman, 'human');
    }
    if (ast.isAgentParam(param)) {
        return first(ast.isAgent, 'agent');
    }
    if (ast.isLabelParam(param)) {
        return first(ast.isLabel, 'label');
    }
    if (ast.isDurationParam(param)) {
        return '15m';
    }
    const [tool] = inventory.tools;
    const name = toolText(tool ? toolName(tool.tool) : 'server.tool');
    if (ast.isToolsParam(param) || ast.isEventParam(param)) {
        return name;
    }
    return ast.isValueParam(param) ? sampleOf(param.type) : `once ${name}`;
}

/** A matching parameter of the call is preferred to a made-up value. */
function argumentSample(use: ast.Reference, param: ast.DefinitionParam, problem: Problem): string {
    if (ast.isPackParam(param)) {
        return packSample(param, problem);
    }
    const type = typeOf(param.type);
    const used = new Set(use.args.map((arg) => (ast.isReference(arg) ? arg.target.$refText : '')));
    const fits = paramsInScope(use, problem.inventory).filter(
        (each) => areComparable(typeOf(each.type), type) && !used.has(each.name)
    );
    const best = fits.find(({ name }) => name === param.name) ?? fits[0];
    return best ? nameText(best.name, 'Name') : sampleOf(param.type);
}

export const missingArguments: readonly Fix[] = [missing, byName];
