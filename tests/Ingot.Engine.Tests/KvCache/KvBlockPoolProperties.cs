using FsCheck;
using FsCheck.Fluent;
using Ingot.Engine.KvCache;

namespace Ingot.Engine.Tests.KvCache;

/// <summary>Many tables that begin alike, in the same scope and in others, fork, write, guess wrong, are put off and end, beside a memory that holds what was written.</summary>
public sealed class KvBlockPoolProperties
{
    private const int BlockSize = 4;
    private static readonly string?[] Scopes = [null, "one", "other"];

    /// <summary>What happens.</summary>
    public enum Deed
    {
        Begin,
        Fork,
        Write,
        Leave,
    }

    /// <summary>What happens, to whom, and how much of it.</summary>
    public sealed record Event(Deed Deed, int Who, int Tokens, int Refused);

    /// <summary>All that happens to a pool.</summary>
    public sealed record Day(int Blocks, IReadOnlyList<Event> Events);

    [Fact]
    public void Whatever_is_forked_written_and_taken_back_everybody_reads_what_its_scope_wrote()
    {
        Prop.ForAll(Days(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool Run(Day day)
    {
        var world = new World(day.Blocks);
        foreach (Event next in day.Events)
        {
            world.Do(next);
            world.Check();
        }
        world.End();
        return true;
    }

    private static Arbitrary<Day> Days() => (
        from blocks in Gen.Choose(3, 30)
        from count in Gen.Choose(1, 60)
        from events in Events().ListOf(count)
        select new Day(blocks, [.. events])).ToArbitrary();

    private static Gen<Event> Events() =>
        from deed in Gen.Frequency((2, Gen.Constant(Deed.Begin)), (3, Gen.Constant(Deed.Fork)), (6, Gen.Constant(Deed.Write)), (1, Gen.Constant(Deed.Leave)))
        from who in Gen.Choose(0, 1000)
        from tokens in Gen.Choose(1, 11)
        from refused in Gen.Choose(0, 10)
        select new Event(deed, who, tokens, refused);

    private sealed class World(int blocks)
    {
        private readonly KvBlockPool _pool = new(blocks, BlockSize);
        private readonly int[] _memory = new int[blocks * BlockSize];
        private readonly string?[] _writers = new string?[blocks];
        private readonly List<(BlockTable Table, List<int> Tokens, string? Scope)> _all = [];
        private readonly List<BlockCopy> _copies = [];
        private int _written;

        public void Do(Event next)
        {
            if (next.Deed is Deed.Begin)
                Begin([.. Some.Prompt(next.Who % 2, 21)[..(next.Tokens + next.Refused)]], Scopes[next.Who / 2 % Scopes.Length]);
            else if (_all.Count == 0)
                return;
            else if (next.Deed is Deed.Fork)
                Fork(_all[next.Who % _all.Count]);
            else if (next.Deed is Deed.Write)
                Write(next);
            else
                Leave(next.Who % _all.Count);
        }

        public void Check()
        {
            _pool.CheckIntegrity(_all.Select(one => one.Table));
            foreach ((BlockTable table, List<int> tokens, string? scope) in _all)
            {
                foreach (int block in table.Ids)
                    Assert.Equal(scope, _writers[block]);
                Assert.Equal(_pool.BlocksFor(tokens.Count), table.Count);
                Assert.Equal(tokens, Enumerable.Range(0, tokens.Count).Select(i => _memory[Slot(table, i)]));
            }
        }

        public void End()
        {
            while (_all.Count > 0)
                Leave(0);
            Check();
            Assert.Equal(_pool.BlockCount, _pool.FreeCount);
        }

        private void Begin(List<int> tokens, string? scope)
        {
            BlockTable table = Table(scope);
            int known = _pool.Share(table, tokens.ToArray().AsSpan(0, tokens.Count - 1));
            if (!_pool.TryGrow(table, tokens.Count))
            {
                _pool.Release(table);
                return;
            }
            for (int i = known; i < tokens.Count; i++)
                Put(table, i, tokens[i], scope);
            _pool.Publish(table, tokens.ToArray());
            _all.Add((table, tokens, scope));
        }

        private void Fork((BlockTable Table, List<int> Tokens, string? Scope) one)
        {
            BlockTable fork = Table(one.Scope);
            _pool.Fork(one.Table, fork);
            _all.Add((fork, [.. one.Tokens], one.Scope));
        }

        private void Leave(int who)
        {
            _pool.Release(_all[who].Table);
            _all.RemoveAt(who);
        }

        // A step of some of them, as the scheduler does it: who finds no room takes that of the last.
        private void Write(Event next)
        {
            _copies.Clear();
            List<(BlockTable Table, List<int> Tokens, string? Scope)> step = [];
            for (int i = next.Who % _all.Count; i < _all.Count; i++)
            {
                var one = _all[i];
                while (i < _all.Count && !(_pool.TryGrow(one.Table, one.Tokens.Count + next.Tokens) && _pool.TryOwn(one.Table, one.Tokens.Count, _copies)))
                    Leave(_all.Count - 1);
                if (i < _all.Count)
                    step.Add(one);
            }
            foreach (BlockCopy copy in _copies)
            {
                _memory.AsSpan(copy.From * BlockSize, BlockSize).CopyTo(_memory.AsSpan(copy.To * BlockSize));
                _writers[copy.To] = _writers[copy.From];
            }
            var slots = new HashSet<int>();
            foreach ((BlockTable table, List<int> tokens, string? scope) in step)
            {
                int kept = tokens.Count + Math.Max(1, next.Tokens - next.Refused);
                for (int i = 0; i < next.Tokens; i++)
                {
                    Assert.True(slots.Add(Slot(table, tokens.Count)), "Two wrote to one place.");
                    Put(table, tokens.Count, --_written, scope);
                    tokens.Add(_written);
                }
                tokens.RemoveRange(kept, tokens.Count - kept);
                _pool.Publish(table, tokens.ToArray());
                _pool.Shrink(table, tokens.Count);
            }
        }

        private void Put(BlockTable table, int position, int token, string? scope)
        {
            _memory[Slot(table, position)] = token;
            _writers[table.Ids[position / BlockSize]] = scope;
        }

        // A name of the same letters, not the same object.
        private static BlockTable Table(string? scope)
        {
            var table = new BlockTable();
            if (PrefixScope.Of(scope is null ? null : new string(scope.AsSpan()), 1).BeginningOf(0) is { } beginning)
                table.BeginWith(beginning);
            return table;
        }

        private static int Slot(BlockTable table, int position) => (table.Ids[position / BlockSize] * BlockSize) + (position % BlockSize);
    }
}
