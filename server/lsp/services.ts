/** The services that a feature of the language server may ask for: each asks for those that it uses. */
import type { LangiumServices } from 'langium/lsp';
import type { GuardrailAddedServices } from '../../language/module.js';

/** Of the language: parsing, names, types, imports. */
export type LanguageServices = LangiumServices & GuardrailAddedServices;
