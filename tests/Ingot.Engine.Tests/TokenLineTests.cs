using FsCheck;
using FsCheck.Fluent;

namespace Ingot.Engine.Tests;

public sealed class TokenLineTests
{
    [Fact]
    public void Whatever_the_order_of_writing_and_reading_it_is_a_queue()
    {
        Gen<int> moves = Gen.Choose(-2 * TokenLine.PieceLength, 2 * TokenLine.PieceLength);

        Prop.ForAll(moves.ListOf().ToArbitrary(), counts => IsQueue([.. counts])).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Who_keeps_up_costs_no_memory()
    {
        var line = new TokenLine();
        var next = new TokenEvent(1);
        Pass(line, next, rounds: 4);

        // What the runtime does on this thread, it does once; what passing claims is claimed every time.
        Assert.Contains(0, Enumerable.Range(0, 5).Select(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Pass(line, next, rounds: 1000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    [Fact]
    public void What_was_read_is_let_go()
    {
        var line = new TokenLine();
        WeakReference read = PassOne(line);

        GC.Collect();

        Assert.False(read.IsAlive);
        Assert.Equal((1, 1), (line.WrittenCount, line.ReadCount));
    }

    // A positive number is so many to write, a negative one so many to try to read.
    private static bool IsQueue(int[] moves)
    {
        var line = new TokenLine();
        var model = new Queue<int>();
        int written = 0;
        foreach (int move in moves)
        {
            for (int i = 0; i < move; i++)
            {
                line.Write(new TokenEvent(written));
                model.Enqueue(written++);
            }

            for (int i = 0; i < -move; i++)
            {
                bool any = model.TryDequeue(out int expected);
                Assert.Equal(any, line.TryRead(out TokenEvent read));
                Assert.Equal(any ? expected : null, read.Token);
            }

            Assert.Equal((written, written - model.Count), (line.WrittenCount, line.ReadCount));
        }

        return true;
    }

    private static void Pass(TokenLine line, TokenEvent next, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < TokenLine.PieceLength; i++)
                line.Write(next);
            while (line.TryRead(out _))
            {
            }
        }
    }

    private static WeakReference PassOne(TokenLine line)
    {
        var usage = new TokenUsage(1, 2, 3);
        line.Write(new TokenEvent(null, Usage: usage));
        line.TryRead(out _);
        return new WeakReference(usage);
    }
}
