namespace Ingot.Text.Templates.Syntax;

/// <summary>Reads a template's blocks.</summary>
internal sealed class StatementParser
{
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private readonly TargetParser _targets;
    private int _loops;

    public StatementParser(TokenReader tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _targets = new TargetParser(tokens);
    }

    public IReadOnlyList<Statement> ParseTemplate()
    {
        var statements = ParseUntil();
        if (_tokens.Current.Kind != TokenKind.End)
            throw _tokens.Error(_tokens.Current.Offset, $"'{_tokens.Current.Text}' closes no block");
        return statements;
    }

    /// <summary>Statements up to a block whose name is one of these; its name is then the current token.</summary>
    private List<Statement> ParseUntil(params ReadOnlySpan<string> ends)
    {
        var statements = new List<Statement>();
        while (true)
        {
            var token = _tokens.Current;
            switch (token.Kind)
            {
                case TokenKind.Text:
                    _tokens.Take();
                    statements.Add(new TextOutput(token.Offset, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    _tokens.Take();
                    statements.Add(new ValueOutput(_tokens.Current.Offset, _expressions.Parse(allowTuple: true)));
                    _tokens.Expect(TokenKind.VariableEnd, "'}}'");
                    break;
                case TokenKind.BlockBegin:
                    _tokens.Take();
                    if (ends.Contains(_tokens.Current.Text) || _tokens.Current.Text.StartsWith("end", StringComparison.Ordinal))
                        return statements;
                    statements.Add(ParseBlock());
                    break;
                default:
                    if (ends.Length > 0)
                        throw _tokens.Unexpected($"'{{% {ends[^1]} %}}'");
                    return statements;
            }
        }
    }

    private List<Statement> ParseBody(string end)
    {
        CloseTag();
        var body = ParseUntil(end);
        _tokens.ExpectName(end);
        return body;
    }

    private void CloseTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    private Statement ParseBlock()
    {
        _tokens.Enter();
        var name = _tokens.Expect(TokenKind.Name, "the name of a block");
        Statement statement = name.Text switch
        {
            "if" => ParseIf(name.Offset),
            "for" => ParseFor(name.Offset),
            "set" => ParseSet(name.Offset),
            "macro" => ParseMacro(name.Offset),
            "call" => ParseCall(name.Offset),
            "filter" => new FilterBlock(name.Offset, _expressions.ParseFilterNames(), ParseBody("endfilter")),
            "with" => ParseWith(name.Offset),
            "generation" => new ScopeBlock(name.Offset, ParseBody("endgeneration")),
            "break" or "continue" => ParseLoopControl(name),
            "include" or "import" or "from" or "extends" or "block" or "do" or "trans" or "autoescape" =>
                throw _tokens.Error(name.Offset, $"'{name.Text}' is not part of chat templates"),
            _ => throw _tokens.Error(name.Offset, $"unknown block '{name.Text}'"),
        };
        CloseTag();
        _tokens.Leave();
        return statement;
    }

    private If ParseIf(int offset)
    {
        var branches = new List<IfBranch>();
        List<Statement> otherwise = [];
        do
        {
            var condition = _expressions.Parse(allowTuple: true);
            CloseTag();
            branches.Add(new IfBranch(condition, ParseUntil("elif", "else", "endif")));
        }
        while (_tokens.TakeName("elif"));
        if (_tokens.TakeName("else"))
        {
            CloseTag();
            otherwise = ParseUntil("endif");
        }

        _tokens.ExpectName("endif");
        return new If(offset, branches, otherwise);
    }

    private For ParseFor(int offset)
    {
        var target = _targets.ParseTargets();
        _tokens.ExpectName("in");
        var items = _expressions.Parse(allowTuple: true, allowConditional: false);
        var condition = _tokens.TakeName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.TakeName("recursive");
        CloseTag();
        _loops++;
        var body = ParseUntil("else", "endfor");
        _loops--;
        List<Statement> otherwise = [];
        if (_tokens.TakeName("else"))
        {
            CloseTag();
            otherwise = ParseUntil("endfor");
        }

        _tokens.ExpectName("endfor");
        return new For(offset, target, items, condition, body, otherwise, isRecursive);
    }

    private LoopControl ParseLoopControl(Token name) => _loops > 0
        ? new LoopControl(name.Offset, name.Text == "break")
        : throw _tokens.Error(name.Offset, $"'{name.Text}' stands outside a loop");

    private Statement ParseSet(int offset)
    {
        var target = _targets.ParseTargets();
        if (_tokens.TakeOperator("="))
            return new Set(offset, target, _expressions.Parse(allowTuple: true));
        var filters = _tokens.Current.IsOperator("|") ? _expressions.ParseFilters() : null;
        return new SetBlock(offset, target, filters, ParseBody("endset"));
    }

    private With ParseWith(int offset)
    {
        var values = new List<KeyValuePair<Target, Expression>>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
                _tokens.ExpectOperator(",");
            var target = _targets.ParseTarget();
            _tokens.ExpectOperator("=");
            values.Add(new(target, _expressions.Parse()));
        }

        return new With(offset, values, ParseBody("endwith"));
    }

    private MacroStatement ParseMacro(int offset)
    {
        var name = _tokens.Expect(TokenKind.Name, "the name of a macro").Text;
        return new MacroStatement(offset, ParseDefinition(name, "endmacro", ParseParameters()));
    }

    private CallBlock ParseCall(int offset)
    {
        var parameters = _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        if (_expressions.Parse() is not Call call)
            throw _tokens.Error(offset, "a call block needs a call, such as {% call name() %}");
        return new CallBlock(offset, call, ParseDefinition("caller", "endcall", parameters));
    }

    private MacroDefinition ParseDefinition(string name, string end, List<Parameter> parameters)
    {
        var start = _tokens.Position;
        var loops = _loops;
        _loops = 0;
        var body = ParseBody(end);
        _loops = loops;
        return new MacroDefinition(
            name,
            parameters,
            body,
            _tokens.MentionedSince(start, "varargs"),
            _tokens.MentionedSince(start, "kwargs"),
            _tokens.MentionedSince(start, "caller"));
    }

    private List<Parameter> ParseParameters()
    {
        var parameters = new List<Parameter>();
        _tokens.ExpectOperator("(");
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator(")"))
                    break;
            }

            var name = _tokens.Expect(TokenKind.Name, "the name of a parameter");
            var value = _tokens.TakeOperator("=") ? _expressions.Parse() : null;
            if (value is null && parameters.Count > 0 && parameters[^1].Default is not null)
                throw _tokens.Error(name.Offset, $"the parameter '{name.Text}' needs a default, as the one before it has one");
            parameters.Add(new Parameter(name.Text, value));
        }

        return parameters;
    }
}
