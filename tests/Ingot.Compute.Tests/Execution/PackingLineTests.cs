using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Errors;

namespace Ingot.Compute.Tests.Execution;

public sealed unsafe class PackingLineTests
{
    // More than one run takes.
    private const long PieceBytes = 5L << 20;
    private const int PieceCount = 17;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Each_piece_is_looked_at_claimed_and_packed_once_in_this_order_and_let_go_of(int threads)
    {
        Recorder[] recorders = [.. Enumerable.Range(0, PieceCount).Select(i => new Recorder(tiles: i * 7))];
        List<int> claimed = [];
        using var team = new ThreadTeam(threads);
        using var arena = new NativeArena();
        using PackingLine line = Line(team, arena);
        line.Run(recorders.Select((recorder, i) => Piece(recorder, () => claimed.Add(i))), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, PieceCount), claimed);
        Assert.All(recorders, recorder =>
        {
            Assert.All(recorder.Looks, count => Assert.Equal(1, count));
            Assert.All(recorder.Tiles, count => Assert.Equal(1, count));
            Assert.True(recorder.IsOrdered);
            Assert.True(recorder.IsDisposed);
        });
    }

    [Fact]
    public void A_refusal_names_the_tensor_and_lets_go_of_what_was_begun()
    {
        Recorder[] recorders = [.. Enumerable.Range(0, PieceCount).Select(i => new Recorder(tiles: 3) { IsRefused = i == 8 })];
        using var team = new ThreadTeam(2);
        using var arena = new NativeArena();
        List<Recorder> made = [];
        IEnumerable<WeightPiece> pieces = recorders.Select(recorder =>
        {
            made.Add(recorder);
            return Piece(recorder, () => { });
        });
        using PackingLine line = Line(team, arena);
        IngotException refusal = Assert.Throws<IngotException>(() => line.Run(pieces, CancellationToken.None));
        Assert.Equal("Tensor 'weights': No.", refusal.Message);
        Assert.InRange(made.Count, 9, PieceCount - 1);
        Assert.All(made, recorder => Assert.True(recorder.IsDisposed));
    }

    [Fact]
    public void It_gives_up_between_two_runs()
    {
        using var stop = new CancellationTokenSource();
        Recorder[] recorders = [.. Enumerable.Range(0, PieceCount).Select(_ => new Recorder(tiles: 3))];
        using var team = new ThreadTeam(2);
        using var arena = new NativeArena();
        IEnumerable<WeightPiece> pieces = recorders.Select(recorder => Piece(recorder, stop.Cancel));
        using PackingLine line = Line(team, arena);
        Assert.Throws<OperationCanceledException>(() => line.Run(pieces, stop.Token));
        Assert.False(recorders[^1].IsDisposed);
        Assert.DoesNotContain(recorders[^1].Tiles, count => count > 0);
    }

    private static PackingLine Line(ThreadTeam team, NativeArena arena) => new(team, arena, new SourceReading([]));

    private static WeightPiece Piece(Recorder recorder, Action claimed)
    {
        var tensor = new OnnxTensor("weights", OnnxDataType.UInt8, [1], 1, null, 1);
        return new WeightPiece(tensor, recorder, PieceBytes, claimed, [recorder]);
    }

    private sealed class Recorder(int tiles) : TilePacking, IDisposable
    {
        private const long TileBytes = 600_000;

        private byte* _start;
        private int _looked;

        public int[] Looks { get; } = new int[3];

        public int[] Tiles { get; } = new int[tiles];

        public bool IsRefused { get; init; }

        public bool IsOrdered { get; private set; } = true;

        public bool IsDisposed { get; private set; }

        public override int LookCount => Looks.Length;

        public override int TileCount => Tiles.Length;

        public override void Look(int look, SourceDesk desk)
        {
            if (IsRefused) throw new IngotException(ErrorCode.ModelInvalid, "No.");
            Interlocked.Increment(ref Looks[look]);
            Interlocked.Increment(ref _looked);
        }

        public override void Claim(NativeArena? arena)
        {
            IsOrdered &= _looked == Looks.Length;
            _start = arena!.Claim(TileBytes * Tiles.Length);
        }

        public override byte* Tile(int tile) => _start + (tile * TileBytes);

        public override void Pack(int fromTile, int toTile, SourceDesk desk)
        {
            for (int tile = fromTile; tile < toTile; tile++) Interlocked.Increment(ref Tiles[tile]);
        }

        public void Dispose() => IsDisposed = true;
    }
}
