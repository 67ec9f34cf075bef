/** Every tool of the viewport. A new one is added to its group's list; toolbar, keys and help follow. */
import { contourTools } from './contour';
import type { ToolDefinition } from './gesture';
import { lookTools } from './look';
import { maskTools } from './mask';
import { measureTools } from './measure';
import { smartTools } from '../smart/clickTool';

export const TOOLS: ToolDefinition[] = [...contourTools, ...smartTools, ...maskTools, ...measureTools, ...lookTools];

export const toolOf = (id: string): ToolDefinition => TOOLS.find((tool) => tool.id === id) ?? TOOLS[0]!;
