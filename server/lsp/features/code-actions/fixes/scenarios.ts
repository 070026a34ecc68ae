/** Fixes scenarios: the outcome, result or end in a step, and times and zones. */
import { AstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { statementsWithPacks } from '../../../../../language/packs/instances.js';
import { selectedTools } from '../../../../../language/names/selectors.js';
import { nearby } from '../../../../../language/text/spelling.js';
import {
    addStatement,
    insertAt,
    keywordOf,
    partOf,
    replaceMarked,
    replacePart,
    replaceRange
} from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import { typeOfValue } from '../../../../../language/types/samples.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';
import { nameText } from '../../../../model/text/typed-text.js';
const MOST = 3;

/** Fixes a field or argument with a misspelt name. */
const fieldName: Fix = {
    codes: ['GR306', 'GR331', 'GR353', 'GR356', 'GR493'],
    summary: 'Change a misspelt argument or field of a scenario, or of a source',
    propose: (problem) => {
        const found = misnamed(problem);
        if (!found) {
            return [];
        }
        const near = nearby(found.name, found.known);
        const few = near.length === 0 && found.known.length <= MOST ? found.known : [];
        return [...near, ...few].slice(0, MOST).map((name, index) => {
            const text = nameText(name, 'Name');
            return {
                title: `Change to \`${text}\``,
                changes: [replaceRange(problem, found.from, found.to, text)],
                isPreferred: near.length > 0 && index === 0
            };
        });
    }
};

interface MisnamedField {
    readonly name: string;
    readonly known: readonly string[];
    readonly from: number;
    readonly to: number;
}

function misnamed(problem: Problem): MisnamedField | undefined {
    const source = problem.at(ast.isProvenanceSource);
    if (source) {
        return misnamedSource(problem, source);
    }
    const node = problem.at(isNamedValue);
    const part = node && partOf(node, ast.isFieldData(node) ? 'name' : 'param');
    const step = node?.$container;
    if (!node || !part || (partOf(node, 'value')?.offset ?? 0) === problem.from) {
        return undefined;
    }
    const params = paramsOf(problem, node) ?? [];
    const name = ast.isFieldData(node) ? node.name : node.param.$refText;
    const given = new Set(
        (ast.isCallStep(step) || ast.isEventStep(step) ? step.args : []).map(({ param }) => param.$refText)
    );
    const known = params.map((param) => param.name).filter((each) => !given.has(each));
    return params.some((param) => param.name === name) ? undefined : { name, known, from: part.offset, to: part.end };
}

function isNamedValue(node: unknown): node is ast.CallArgument | ast.FieldData {
    return ast.isCallArgument(node) || ast.isFieldData(node);
}

function paramsOf(problem: Problem, node: ast.CallArgument | ast.FieldData): readonly ast.Param[] | undefined {
    const owner = node.$container;
    if (ast.isEventStep(owner)) {
        return owner.event.ref?.params;
    }
    if (ast.isCallStep(owner)) {
        return node.$containerProperty === 'result' ? owner.tool.ref?.returns : owner.tool.ref?.params;
    }
    if (ast.isEndStep(owner)) {
        return owner.tool.ref?.returns;
    }
    if (ast.isSaysStep(owner)) {
        return problem.inventory.elements.filter(ast.isRequest).flatMap(({ fields }) => fields);
    }
    return ast.isRecordData(owner) && ast.isSessionValue(owner.$container)
        ? owner.$container.constant.ref?.attributes
        : undefined;
}

function misnamedSource(problem: Problem, source: ast.ProvenanceSource): MisnamedField | undefined {
    const field = partOf(source, 'fields', 0);
    const tools = source.selector ? [...selectedTools(source.selector, problem.inventory).keys()] : [];
    const known = tools.flatMap((tool) => tool.returns.map(({ name }) => name));
    const [name] = source.fields;
    return field && name !== undefined && !known.includes(name)
        ? { name, known: [...new Set(known)], from: field.offset, to: field.end }
        : undefined;
}

/** Declares a field in the result of the tool. */
const declareResult: Fix = {
    codes: ['GR331'],
    summary: 'Declare a field of the result that a scenario returns',
    propose: (problem) => {
        const field = problem.at(ast.isFieldData);
        const step = field?.$container;
        const tool = ast.isCallStep(step) || ast.isEndStep(step) ? step.tool.ref : undefined;
        const isOwn = tool && AstUtils.getDocument(tool) === problem.document;
        if (!field || !isOwn || !tool.$cstNode || tool.returns.some(({ name }) => name === field.name)) {
            return [];
        }
        const text = `${nameText(field.name, 'Name')}: ${typeOfValue(field.value)}`;
        const last = tool.returns.at(-1)?.$cstNode;
        const edit = last
            ? insertAt(problem, last.end, `, ${text}`)
            : insertAt(problem, tool.$cstNode.end, ` returns (${text})`);
        return [{ title: `Declare \`${field.name}\` as a part of the result`, changes: [edit] }];
    }
};

const reason: Fix = {
    codes: ['GR332'],
    summary: 'Change the expected reason to one that a rule gives',
    propose: (problem) => {
        const expected = problem.at(ast.isExpectation);
        const because = expected && partOf(expected, 'because');
        if (!expected || !because || expected.because === undefined) {
            return [];
        }
        const known = statementsWithPacks(problem.file, problem.inventory).flatMap((statement) =>
            ast.isRule(statement) && statement.because !== undefined ? [statement.because] : []
        );
        return nearby(expected.because, known)
            .slice(0, MOST)
            .map((text, index) => ({
                title: `Change to ${JSON.stringify(text)}`,
                changes: [replacePart(because, JSON.stringify(text))],
                isPreferred: index === 0
            }));
    }
};

/** Makes a call that is supposed to end later keep running until then. */
const keepRunning: Fix = {
    codes: ['GR333'],
    summary: 'Let the call run until the step that ends it',
    propose: (problem) => {
        const end = problem.at(ast.isEndStep);
        const scenario = end && AstUtils.getContainerOfType(end, ast.isScenario);
        if (!end || !scenario) {
            return [];
        }
        const before = scenario.steps.slice(0, scenario.steps.indexOf(end));
        const call = before
            .reverse()
            .find((step): step is ast.CallStep => ast.isCallStep(step) && step.tool.ref === end.tool.ref);
        const arrow = call && keywordOf(call, '->');
        const outcome = call && partOf(call, 'outcome');
        return arrow && !outcome
            ? [obvious('Write `runs` at the call before', insertAt(problem, arrow.offset, 'runs '))]
            : [];
    }
};

const zone: Fix = {
    codes: ['GR350'],
    summary: 'Declare a time zone, or correct its name',
    propose: (problem) => {
        const node = problem.at(ast.isTimezone);
        const text = node && partOf(node, 'zone');
        if (node && text) {
            const near = nearby(node.zone, Intl.supportedValuesOf('timeZone'));
            return near.slice(0, MOST).map((name, index) => ({
                title: `Change to "${name}"`,
                changes: [replacePart(text, `"${name}"`)],
                isPreferred: index === 0
            }));
        }
        if (problem.file.elements.some(ast.isTimezone)) {
            return [];
        }
        return [...new Set(['UTC', Intl.DateTimeFormat().resolvedOptions().timeZone])].map((name, index) => ({
            title: `Declare \`timezone "${name}"\``,
            changes: [addStatement(problem, 'Timezone', `timezone "${name}"`)],
            isPreferred: index === 0
        }));
    }
};

const DAY_MS = 24 * 60 * 60 * 1000;

const time: Fix = {
    codes: ['GR351'],
    summary: 'Write the hour with two digits, the whole day as `00:00..24:00`, and the earlier date first',
    propose: (problem) => {
        const marked = problem.marked;
        if (/^\d:\d\d$/.test(marked)) {
            return [obvious(`Change to \`0${marked}\``, replaceMarked(problem, `0${marked}`))];
        }
        const range = problem.at(isRange);
        const [from, to] = range ? [partOf(range, 'from'), partOf(range, 'to')] : [];
        if (!range?.$cstNode || !from || !to || range.$cstNode.offset !== problem.from) {
            return [];
        }
        if (ast.isTimeIn(range)) {
            return [obvious('Write the whole day', replaceRange(problem, from.offset, to.end, '00:00..24:00'))];
        }
        const next = new Date(Date.parse(`${from.text}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
        const text = from.text === to.text ? `${from.text}..${next}` : `${to.text}..${from.text}`;
        return [obvious(`Write \`${text}\``, replaceRange(problem, from.offset, to.end, text))];
    }
};

function isRange(node: unknown): node is ast.TimeIn | ast.DateIn {
    return ast.isTimeIn(node) || ast.isDateIn(node);
}

/** Fixes a `may do` of a tool that reads a label. */
const readsToo: Fix = {
    codes: ['GR334'],
    summary: 'Let a general tool read the labels of the tools that it may call',
    propose: (problem) => {
        const tool = problem.at(ast.isTool);
        if (!tool?.$cstNode) {
            return [];
        }
        const labelsOf = (one: ast.Tool): string[] =>
            [...one.reads, ...one.conditionalReads.flatMap(({ labels }) => labels)].map(({ $refText }) => $refText);
        const done = tool.mayDo.flatMap((selector) => [...selectedTools(selector, problem.inventory).keys()]);
        const missing = [...new Set(done.flatMap(labelsOf))].filter((label) => !labelsOf(tool).includes(label));
        const names = missing.map((label) => nameText(label, 'Name')).join(', ');
        return names === ''
            ? []
            : [obvious(`Add \`reads ${names}\``, insertAt(problem, tool.$cstNode.end, ` reads ${names}`))];
    }
};

export const scenarios: readonly Fix[] = [fieldName, declareResult, reason, keepRunning, zone, time, readsToo];
