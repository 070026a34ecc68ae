-- Works with an example in Neovim as a person would: nvim --headless --clean -l neovim.lua SETUP FOLDER
-- SETUP is the Lua of docs/editor.md, FOLDER a copy of examples/mail-assistant whose claim is violated.
local setup, folder = arg[1], arg[2]

local function check(what, condition)
  if not condition then
    io.stderr:write('FAILED: ' .. what .. '\n')
    os.exit(1)
  end
  io.stdout:write('ok: ' .. what .. '\n')
end

local function wait_for(what, condition)
  check(what, vim.wait(60000, condition, 50))
end

local function has_code(code)
  return vim.iter(vim.diagnostic.get(0)):any(function(found)
    return found.code == code
  end)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

local function ask(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 60000) or {}) do
    if answer.result then
      return answer.result
    end
  end
end

local function go_to(pattern)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  check('"' .. pattern .. '" is in the text', vim.fn.search(pattern) > 0)
end

vim.cmd('filetype plugin on')
dofile(setup)
vim.cmd.edit(folder .. '/mail.guardrail')
check('the file type is guardrail', vim.bo.filetype == 'guardrail')
wait_for('the server is attached', function()
  return #vim.lsp.get_clients({ bufnr = 0 }) == 1
end)
wait_for('the violated claim is a diagnostic', function()
  return has_code('GR590')
end)

go_to('mail\\.read')
local hover = ask('textDocument/hover', vim.lsp.util.make_position_params())
check('hover documents the tool', hover and vim.inspect(hover.contents):find('tool', 1, true))

go_to('^allow')
vim.cmd.normal('A, web.')
local completion = ask('textDocument/completion', vim.lsp.util.make_position_params())
check('completion knows the tools', completion and vim.inspect(completion):find('fetch', 1, true))
vim.cmd.undo()

vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'label forgotten' })
wait_for('the unused label is a diagnostic', function()
  return has_code('GR408')
end)
go_to('forgotten')
-- Neovim tells the server which diagnostics it has there.
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.kind == 'quickfix' and action.title:find('forgotten', 1, true) ~= nil
  end,
})
wait_for('the quick fix takes the label away', function()
  return not text():find('forgotten', 1, true)
end)

go_to('^allow')
vim.cmd.normal('0ea    ')
check('the text is untidy', text():find('allow     ', 1, true))
vim.lsp.buf.format({ timeout_ms = 60000 })
check('formatting tidies it', not text():find('allow     ', 1, true))

go_to('reviewer')
vim.lsp.buf.rename('supervisor')
wait_for('rename changes every use', function()
  return text():find('supervisor', 1, true) and not text():find('reviewer', 1, true)
end)

vim.lsp.stop_client(vim.lsp.get_clients())
wait_for('the server ends', function()
  return #vim.lsp.get_clients() == 0
end)
os.exit(0)
