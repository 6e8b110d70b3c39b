using Ingot.Errors;
using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>How a run of statements ended.</summary>
internal enum Flow
{
    Onward,
    Break,
    Continue,
}

/// <summary>One rendering: carries out statements and writes their output.</summary>
internal sealed class Interpreter
{
    private readonly SourceText _source;
    private readonly Evaluator _evaluator;

    public Interpreter(SourceText source, TemplateLimits limits, TimeProvider clock)
    {
        _source = source;
        Clock = clock;
        Budget = new Budget(limits);
        _evaluator = new Evaluator(this);
    }

    public Budget Budget { get; }

    public TimeProvider Clock { get; }

    /// <summary>Where in the source the last thing of interest happened, for the message of a fault.</summary>
    public int Offset { get; set; }

    public PromptText Run(IReadOnlyList<Statement> statements, IReadOnlyDictionary<string, TemplateValue> variables)
    {
        var output = new TextBuilder(Budget);
        try
        {
            Execute(statements, new Scope(null, variables), output);
        }
        catch (TemplateFault fault)
        {
            throw _source.Error(ErrorCode.TemplateFailed, Offset, fault.Message, fault);
        }

        return output.ToPrompt();
    }

    public TemplateValue CallMacro(MacroValue macro, CallArguments arguments)
    {
        Budget.Enter();
        var scope = new Scope(macro.Scope);
        MacroBinding.Bind(macro.Definition, arguments, scope, _evaluator);
        var result = Capture(macro.Definition.Body, scope);
        Budget.Leave();
        return result;
    }

    public StringValue Capture(IReadOnlyList<Statement> body, Scope scope)
    {
        var output = new TextBuilder(Budget);
        Execute(body, scope, output);
        return output.ToValue();
    }

    /// <summary>Goes through a loop's elements; called again for each level of a recursive loop.</summary>
    public void RunLoop(For loop, TemplateValue items, Scope scope, TextBuilder output, int depth)
    {
        Budget.Enter();
        var turn = new Scope(scope);
        var state = new LoopValue(this, loop, scope, Filtered(loop, items, scope), depth);
        var ranOnce = false;
        while (state.Advance() is { } item)
        {
            Budget.Spend();
            ranOnce = true;
            // A macro made in this turn keeps the turn's variables, so the scope is not cleared and used again.
            turn = new Scope(scope);
            turn.Set("loop", state);
            Assign(loop.Target, item, turn);
            if (Execute(loop.Body, turn, output) == Flow.Break)
                break;
        }

        if (!ranOnce)
            Execute(loop.Otherwise, turn, output);
        Budget.Leave();
    }

    public void Assign(Target target, TemplateValue value, Scope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case MemberTarget member:
                Offset = member.Offset;
                if (scope.Find(member.Name) is not NamespaceValue space)
                    throw new TemplateFault($"'{member.Name}' is not a namespace, so '{member.Name}.{member.Member}' cannot be set");
                space.Members[member.Member] = value;
                break;
            case TupleTarget tuple:
                Offset = tuple.Offset;
                Unpack(tuple, value, scope);
                break;
        }
    }

    private void Unpack(TupleTarget target, TemplateValue value, Scope scope)
    {
        var items = Iteration.Items(value, Budget);
        if (items.Count != target.Items.Count)
            throw new TemplateFault($"{target.Items.Count} values are needed here, {items.Count} were given");
        for (var i = 0; i < items.Count; i++)
            Assign(target.Items[i], items[i], scope);
    }

    private Flow Execute(IReadOnlyList<Statement> statements, Scope scope, TextBuilder output)
    {
        for (var i = 0; i < statements.Count; i++)
        {
            Budget.Spend();
            var flow = Execute(statements[i], scope, output);
            if (flow != Flow.Onward)
                return flow;
        }

        return Flow.Onward;
    }

    private Flow Execute(Statement statement, Scope scope, TextBuilder output)
    {
        Offset = statement.Offset;
        switch (statement)
        {
            case TextOutput text:
                output.Append(text.Text);
                return Flow.Onward;
            case ValueOutput value:
                output.Append(PythonText.Str(_evaluator.Evaluate(value.Value, scope), Budget));
                return Flow.Onward;
            case If branches:
                return ExecuteIf(branches, scope, output);
            case LoopControl control:
                return control.IsBreak ? Flow.Break : Flow.Continue;
            case Set set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                return Flow.Onward;
            default:
                return ExecuteBlock(statement, scope, output);
        }
    }

    private Flow ExecuteIf(If branches, Scope scope, TextBuilder output)
    {
        Budget.Enter();
        var body = branches.Otherwise;
        foreach (var branch in branches.Branches)
        {
            if (!_evaluator.Evaluate(branch.Condition, scope).IsTrue)
                continue;
            body = branch.Body;
            break;
        }

        var flow = Execute(body, scope, output);
        Budget.Leave();
        return flow;
    }

    private Flow ExecuteBlock(Statement statement, Scope scope, TextBuilder output)
    {
        Budget.Enter();
        var flow = Flow.Onward;
        switch (statement)
        {
            case For loop:
                RunLoop(loop, _evaluator.Evaluate(loop.Items, scope), scope, output, depth: 0);
                break;
            case SetBlock set:
                var text = Capture(set.Body, new Scope(scope));
                Assign(set.Target, set.Filters is null ? text : _evaluator.ApplyFilters(set.Filters, text, scope), scope);
                break;
            case FilterBlock filter:
                var filtered = _evaluator.ApplyFilters(filter.Filters, Capture(filter.Body, new Scope(scope)), scope);
                output.Append(PythonText.Str(filtered, Budget));
                break;
            case ScopeBlock block:
                flow = Execute(block.Body, new Scope(scope), output);
                break;
            case With with:
                flow = ExecuteWith(with, scope, output);
                break;
            case MacroStatement macro:
                scope.Set(macro.Definition.Name, new MacroValue(macro.Definition, scope));
                break;
            case CallBlock call:
                var caller = new MacroValue(call.Caller, scope);
                output.Append(PythonText.Str(_evaluator.EvaluateCall(call.Call, scope, caller), Budget));
                break;
        }

        Budget.Leave();
        return flow;
    }

    private Flow ExecuteWith(With with, Scope scope, TextBuilder output)
    {
        var inner = new Scope(scope);
        foreach (var (target, value) in with.Values)
            Assign(target, _evaluator.Evaluate(value, scope), inner);
        return Execute(with.Body, inner, output);
    }

    /// <summary>Lazy, as Python is: the condition of a later element sees what earlier turns did to a namespace.</summary>
    private IEnumerable<TemplateValue> Filtered(For loop, TemplateValue items, Scope scope)
    {
        var all = Iteration.Items(items, Budget);
        for (var i = 0; i < all.Count; i++)
        {
            if (loop.Condition is not null)
            {
                Budget.Spend();
                var probe = new Scope(scope);
                Assign(loop.Target, all[i], probe);
                if (!_evaluator.Evaluate(loop.Condition, probe).IsTrue)
                    continue;
            }

            yield return all[i];
        }
    }
}
