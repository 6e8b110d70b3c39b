using FsCheck;
using FsCheck.Fluent;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

/// <summary>A queue of events against what it should be, over any order of what its two sides and those who cancel may do.</summary>
public sealed class TokenQueueProperties
{
    /// <summary>What may happen next.</summary>
    public enum Move
    {
        /// <summary>An event is put in.</summary>
        Put,

        /// <summary>The reader is woken, or would be, if it waited for what is there.</summary>
        Wake,

        /// <summary>The reader asks for the next event, unless it still waits for one.</summary>
        Read,

        /// <summary>The end.</summary>
        Complete,

        /// <summary>The end, by a failure.</summary>
        Fail,

        /// <summary>The end, by whoever asked.</summary>
        Cancel,
    }

    [Fact]
    public void Whatever_the_order_the_reader_gets_what_was_put_in_and_then_the_first_end()
    {
        Gen<Move> moves = Gen.Frequency(
            (8, Gen.Constant(Move.Put)), (6, Gen.Constant(Move.Wake)), (10, Gen.Constant(Move.Read)), (1, Gen.Elements(Move.Complete, Move.Fail, Move.Cancel)));

        Prop.ForAll(moves.ListOf().ToArbitrary(), all => RunAsync([.. all]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static async Task<bool> RunAsync(Move[] moves)
    {
        using var cancel = new CancellationTokenSource();
        var run = new Run(new TokenQueue(cancel.Token), cancel);
        foreach (Move move in moves)
            await run.DoAsync(move);
        await run.DoAsync(Move.Complete);
        while (!run.IsOver)
            await run.DoAsync(Move.Read);

        // The end is for good.
        await run.DoAsync(Move.Put);
        await run.DoAsync(Move.Read);
        return true;
    }

    private sealed class Run(TokenQueue queue, CancellationTokenSource cancel)
    {
        private readonly Queue<int> _expected = new();
        private IAsyncEnumerator<TokenEvent>? _reader;
        private Task<bool>? _waits;
        private Move? _end;
        private int _put;

        public bool IsOver { get; private set; }

        private IAsyncEnumerator<TokenEvent> Reader => _reader ??= queue.GetAsyncEnumerator();

        public async Task DoAsync(Move move)
        {
            switch (move)
            {
                case Move.Put:
                    queue.Put(new TokenEvent(_put));
                    if (_end is null)
                        _expected.Enqueue(_put);
                    _put++;
                    break;
                case Move.Wake:
                    queue.Execute();
                    if (_expected.Count > 0)
                        await TakeAsync();
                    break;
                case Move.Read:
                    await ReadAsync();
                    break;
                default:
                    await EndAsync(move);
                    break;
            }

            Assert.True(_waits is null || _expected.Count > 0 || _end is not null || !_waits.IsCompleted, "The reader was woken for nothing.");
        }

        // What is there is read at once; for anything else the reader has to be woken.
        private async Task ReadAsync()
        {
            if (_waits is not null)
                return;
            bool isThere = _expected.Count > 0 || _end is not null;
            ValueTask<bool> next = Reader.MoveNextAsync();
            Assert.Equal(isThere, next.IsCompleted);
            _waits = next.AsTask();
            if (isThere)
                await TakeAsync();
        }

        private async Task EndAsync(Move move)
        {
            _ = Reader;
            _end ??= move;
            if (move == Move.Cancel)
                await cancel.CancelAsync();
            else
                queue.Complete(move == Move.Fail ? new IngotException(ErrorCode.Internal, "Failed.") : null);
            await TakeAsync();
        }

        private async Task TakeAsync()
        {
            if (_waits is not { } waits)
                return;
            _waits = null;
            Task<bool> next = waits.WaitAsync(Waits.Longest);
            if (_expected.TryDequeue(out int expected))
            {
                Assert.True(await next);
                Assert.Equal(expected, Reader.Current.Token);
                return;
            }

            IsOver = true;
            if (_end == Move.Fail)
                await Assert.ThrowsAsync<IngotException>(() => next);
            else if (_end == Move.Cancel)
                await Assert.ThrowsAsync<OperationCanceledException>(() => next);
            else
                Assert.False(await next);
        }
    }
}
