/** The fix that adds missing arguments, each with a value to start from. */
import { nameText, toolText } from '../../server/model/text/typed-text.js';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAt, partOf } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { paramsInScope } from '../names/name-owner.js';
import { firstOf, sampleOf } from '../types/samples.js';
import { areComparable, typeOf } from '../types/types.js';

type Owner = ast.Use | ast.CallStep | ast.EventStep | ast.Reference;

/** The property of each owner that names what takes the arguments. */
const CALLED = { Use: 'pack', CallStep: 'tool', EventStep: 'event', Reference: 'target' };

/** Adds arguments for the parameters after the existing ones. */
export function withArguments(owner: Owner, params: readonly ast.DefinitionParam[], problem: Problem): Fix {
    const list = params.map((param, index) => {
        const text = sampleFor(param, owner, problem).replace(/[\\$}]/g, '\\$&');
        return `${nameText(param.name, 'Name')}: \${${index + 1}:${text}}`;
    });
    const last = [...owner.args, ...(ast.isReference(owner) ? owner.named : [])].at(-1)?.$cstNode;
    const name = partOf(owner, CALLED[owner.$type])!;
    const open = /^\s*\(/.exec(problem.text.slice(name.end))?.[0].length;
    const edit = last
        ? insertAt(problem, last.end, `, ${list.join(', ')}`)
        : open !== undefined
          ? insertAt(problem, name.end + open, list.join(', '))
          : insertAt(problem, name.end, `(${list.join(', ')})`);
    const names = params.map((param) => `\`${param.name}\``);
    return obvious(`Add ${names.join(', ')}`, { ...edit, hasPlaces: true });
}

function sampleFor(param: ast.DefinitionParam, owner: Owner, problem: Problem): string {
    if (ast.isPackParam(param)) {
        return packSample(param, problem);
    }
    return ast.isReference(owner) ? argumentSample(owner, param, problem) : sampleOf(param.type);
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
function argumentSample(use: ast.Reference, param: ast.Param, problem: Problem): string {
    const type = typeOf(param.type);
    const used = new Set(use.args.map((arg) => (ast.isReference(arg) ? arg.target.$refText : '')));
    const fits = paramsInScope(use, problem.inventory).filter(
        (each) => areComparable(typeOf(each.type), type) && !used.has(each.name)
    );
    const best = fits.find(({ name }) => name === param.name) ?? fits[0];
    return best ? nameText(best.name, 'Name') : sampleOf(param.type);
}
