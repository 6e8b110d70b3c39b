using Ingot.Errors;

namespace Ingot.Text.Constraints.Machine;

/// <summary>
/// Runs a program over bytes, all readings at once. Stacks are a graph (as in generalised LL parsing), so that any
/// context-free grammar takes polynomial time, left-recursive and ambiguous ones too. Not thread-safe.
/// </summary>
internal sealed class PushdownMachine
{
    // What is known about past configurations is dropped beyond this; it can be worked out again.
    private const int MaxKnown = 4096;

    private static readonly Configuration Dead = new([], [], hasEnded: false);

    private readonly GrammarProgram _program;
    private readonly GrammarLimits _limits;
    private readonly StackNode _bottom = new(0);
    private readonly Dictionary<(int State, int Stack), Configuration> _knownSingle = [];
    private readonly Dictionary<Reading[], Configuration> _known = new(new ReadingsComparer());
    private readonly List<Reading> _kernel = [];
    private readonly HashSet<Reading> _inKernel = [];
    private readonly Stack<StackNode> _returning = new();
    private int _nodeCount;
    private long _round;
    private int _work;
    private bool _hasEnded;

    public PushdownMachine(GrammarProgram program, GrammarLimits limits) => (_program, _limits) = (program, limits);

    /// <summary>The configuration before the first byte of a text.</summary>
    public Configuration Start => Find(_program.IsSpent(_program.Start) ? [] : [new Reading(_program.Start, _bottom)], _program.AcceptsEmpty);

    /// <summary>A state of any rule, with nothing below it: what the rule alone decides.</summary>
    public Configuration AtBottom(int state) => Find([new Reading(state, _bottom)], hasEnded: false);

    /// <summary>Says that the work for another token begins.</summary>
    public void BeginToken() => _work = 0;

    /// <summary>The configuration after a byte; dead when no reading allows it.</summary>
    public Configuration Step(Configuration from, byte value) => StepClass(from, _program.Classes.ClassOf[value]);

    public Configuration StepClass(Configuration from, int byteClass)
    {
        if (from.IsDead) return Dead;
        var next = from.Next ??= new Configuration?[_program.Classes.Count];
        return next[byteClass] ??= Find(from, byteClass);
    }

    /// <summary>The configuration of one reading, whose rule may have just ended.</summary>
    public Configuration Enter(Reading reading)
    {
        Begin();
        Add(reading);
        Return();
        return Finish();
    }

    /// <summary>The configuration once the rule that a stack's top belongs to has ended.</summary>
    public Configuration AfterReturn(StackNode stack)
    {
        if (stack.AfterReturn is { } known) return known;
        Begin();
        _returning.Push(stack);
        Return();
        return stack.AfterReturn = Finish();
    }

    private Configuration Find(Configuration from, int byteClass)
    {
        Begin();
        foreach (var reader in from.Readers)
        {
            var state = _program.Step(reader.State, byteClass);
            if (state >= 0) Add(reader with { State = state });
        }
        Return();
        return Finish();
    }

    private void Begin()
    {
        _round++;
        _kernel.Clear();
        _inKernel.Clear();
        // Left there by a step that was given up.
        _returning.Clear();
        _hasEnded = false;
    }

    private void Add(Reading reading)
    {
        if (++_work > _limits.MaxTokenWork) throw TooAmbiguous();
        if (_program.IsFinal(reading.State)) _returning.Push(reading.Stack);
        if (_program.IsSpent(reading.State)) return;
        if (_kernel.Count > 0 && (_inKernel.Count == 0) && _kernel[0] == reading) return;
        if (_kernel.Count > 0)
        {
            if (_inKernel.Count == 0) _inKernel.Add(_kernel[0]);
            if (!_inKernel.Add(reading)) return;
        }
        _kernel.Add(reading);
        if (_kernel.Count > _limits.MaxReadings) throw TooAmbiguous();
    }

    private void Return()
    {
        while (_returning.TryPop(out var stack))
        {
            if (stack.ReturnedIn == _round) continue;
            stack.ReturnedIn = _round;
            if (stack == _bottom) _hasEnded = true;
            foreach (var edge in stack.Returns) Add(new Reading(edge.State, edge.Below));
        }
    }

    private Configuration Finish()
    {
        if (_kernel.Count == 0 && !_hasEnded) return Dead;
        if (_kernel.Count == 1 && !_hasEnded)
        {
            var only = _kernel[0];
            var key = (only.State, only.Stack.Id);
            if (_knownSingle.TryGetValue(key, out var single)) return single;
            if (_knownSingle.Count >= MaxKnown) _knownSingle.Clear();
            return _knownSingle[key] = Make([only], hasEnded: false);
        }
        _kernel.Sort(static (a, b) => a.State != b.State ? a.State.CompareTo(b.State) : a.Stack.Id.CompareTo(b.Stack.Id));
        return Find([.. _kernel], _hasEnded);
    }

    private Configuration Find(Reading[] kernel, bool hasEnded)
    {
        // The end is part of what a configuration is: a reading that cannot be, at the bottom, stands for it.
        Reading[] key = hasEnded ? [.. kernel, new Reading(-1, _bottom)] : kernel;
        if (_known.TryGetValue(key, out var configuration)) return configuration;
        if (_known.Count >= MaxKnown) _known.Clear();
        return _known[key] = Make(kernel, hasEnded);
    }

    private Configuration Make(Reading[] kernel, bool hasEnded)
    {
        if (kernel.Length == 1 && _program.Calls(kernel[0].State).Length == 0) return new Configuration(kernel, kernel, hasEnded);
        var reached = new HashSet<Reading>(kernel);
        var open = new List<Reading>(kernel);
        var called = new Dictionary<int, StackNode>();
        for (var index = 0; index < open.Count; index++)
        {
            if (open.Count > _limits.MaxReadings) throw TooAmbiguous();
            foreach (var call in _program.Calls(open[index].State)) Call(call, open[index].Stack, called, reached, open);
        }
        return new Configuration(kernel, [.. open.Where(reading => _program.ReadsBytes(reading.State))], hasEnded);
    }

    private void Call(RuleCall call, StackNode below, Dictionary<int, StackNode> called, HashSet<Reading> reached, List<Reading> open)
    {
        // A call that is the last thing a rule does returns to where the rule itself would: a list of a thousand items
        // is no thousand calls deep.
        var stack = below;
        if (!_program.IsFinal(call.Return) || !_program.IsSpent(call.Return))
        {
            if (!called.TryGetValue(call.Rule, out stack)) called[call.Rule] = stack = new StackNode(++_nodeCount);
            stack.AddReturn(new ReturnEdge(call.Return, below));
        }
        if (++_work > _limits.MaxTokenWork) throw TooAmbiguous();
        var entered = new Reading(call.Start, stack);
        if (reached.Add(entered)) open.Add(entered);
    }

    private static IngotException TooAmbiguous() =>
        new(ErrorCode.InvalidValue, "The grammar is too ambiguous: the text so far can be read in too many ways.");

    private sealed class ReadingsComparer : IEqualityComparer<Reading[]>
    {
        public bool Equals(Reading[]? x, Reading[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(Reading[] obj)
        {
            var hash = new HashCode();
            foreach (var reading in obj)
            {
                hash.Add(reading.State);
                hash.Add(reading.Stack.Id);
            }
            return hash.ToHashCode();
        }
    }
}
