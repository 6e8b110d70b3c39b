using Ingot.Text.Templates.Syntax;
using Ingot.Text.Templates.Values;

namespace Ingot.Text.Templates.Execution;

/// <summary>The <c>loop</c> variable. Looks ahead only when asked for what needs it.</summary>
internal sealed class LoopValue(Interpreter interpreter, For loop, Scope scope, IEnumerable<TemplateValue> items, int depth)
    : CallableValue("loop")
{
    private readonly IEnumerator<TemplateValue> _items = items.GetEnumerator();
    private readonly Queue<TemplateValue> _ahead = new();
    private TemplateValue? _previous;
    private TemplateValue? _current;
    private TemplateValue? _lastChanged;
    private int _index = -1;

    internal override string TypeName => "LoopContext";

    private Budget Budget => interpreter.Budget;

    public TemplateValue? Advance()
    {
        _previous = _current;
        _current = _ahead.Count > 0 ? _ahead.Dequeue() : _items.MoveNext() ? _items.Current : null;
        _index++;
        return _current;
    }

    public IReadOnlyList<TemplateValue> Remaining()
    {
        ReadAll();
        return [.. _ahead];
    }

    public TemplateValue? FindMember(string name) => name switch
    {
        "index" => From(_index + 1L),
        "index0" => From((long)_index),
        "revindex" => From((long)Length() - _index),
        "revindex0" => From((long)Length() - _index - 1),
        "first" => From(_index == 0),
        "last" => From(Peek() is null),
        "length" => From((long)Length()),
        "depth" => From(depth + 1L),
        "depth0" => From((long)depth),
        "previtem" => _previous ?? new UndefinedValue("there is no previous item"),
        "nextitem" => Peek() ?? new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue("cycle", Cycle),
        "changed" => new FunctionValue("changed", Changed),
        _ => null,
    };

    public override TemplateValue Call(CallArguments arguments)
    {
        if (!loop.IsRecursive)
            throw new TemplateFault("only the loop of a 'for ... recursive' can be called");
        var output = new TextBuilder(Budget);
        interpreter.RunLoop(loop, arguments.Require(0, "iterable"), scope, output, depth + 1);
        return output.ToValue();
    }

    private TemplateValue? Peek()
    {
        if (_ahead.Count == 0 && _items.MoveNext())
            _ahead.Enqueue(_items.Current);
        return _ahead.Count > 0 ? _ahead.Peek() : null;
    }

    private int Length()
    {
        ReadAll();
        return _index + 1 + _ahead.Count;
    }

    private void ReadAll()
    {
        while (_items.MoveNext())
        {
            Budget.Spend();
            _ahead.Enqueue(_items.Current);
        }
    }

    private TemplateValue Cycle(CallArguments arguments) => arguments.Positional.Count == 0
        ? throw new TemplateFault("loop.cycle needs something to go through")
        : arguments.Positional[_index % arguments.Positional.Count];

    private TemplateValue Changed(CallArguments arguments)
    {
        var value = new TupleValue([.. arguments.Positional]);
        var changed = _lastChanged is null || !Ordering.AreEqual(_lastChanged, value, Budget);
        _lastChanged = value;
        return From(changed);
    }
}
