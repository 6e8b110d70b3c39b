using System.Globalization;

namespace Ingot.Benchmarks.Gateway;

/// <summary>
/// The <c>gateway</c> mode: what it costs to have the model elsewhere. Every number is of requests straight to the provider and through the
/// gateway in turns, so that whatever else the machine does falls on both; all are processes on this machine, so that the gateway takes
/// its turns on the cores of the others. <c>gateway kill</c> counts what becomes of requests when a replica is killed and comes back.
/// </summary>
internal static class GatewayReport
{
    /// <summary>Measures and prints.</summary>
    /// <param name="arguments"><c>overhead</c>, <c>streams</c>, <c>affinity</c>, <c>kill</c>; none for all.</param>
    public static async Task PrintAsync(string[] arguments)
    {
        string[] wanted = arguments.Length > 0 ? arguments : ["overhead", "streams", "affinity", "kill"];
        Print("cores", $"{Environment.ProcessorCount}");
        if (wanted.Contains("overhead") || wanted.Contains("streams"))
        {
            await using ChildService provider = await ChildService.StartFakeAsync();
            await using ChildService gateway = await ChildService.StartGatewayAsync(provider.Address);
            using var cost = new GatewayCost(provider, gateway);
            if (wanted.Contains("overhead"))
                PrintOverhead(await cost.OverheadAsync());
            if (wanted.Contains("streams"))
            {
                PrintStreams("100 streams of 50/s", await cost.StreamsAsync(100, 100, 20));
                PrintStreams("100 without pause", await cost.StreamsAsync(100, 300, 0));
            }
        }

        if (wanted.Contains("affinity"))
        {
            PrefixUse use = await PrefixAffinity.MeasureAsync();
            Print("cached tokens", $"{100 * use.Gateway:F1} % of the prompts' through the gateway, {100 * use.Turns:F1} % by turns, {100 * use.One:F1} % with one replica; {use.Replicas} replicas, {use.Conversations} conversations of {use.Rounds} questions");
        }

        if (wanted.Contains("kill"))
        {
            KillCounts counts = await KilledReplica.CountAsync();
            Print("killed replica", $"{counts.Sent} requests sent, {counts.Answered} answered whole, {counts.Ended} ended by an error event after they had begun, {counts.Lost} lost; the replica was killed at {counts.KilledAt} and back at {counts.BackAt}, and answered {counts.AnsweredByReturned} requests from then on");
            foreach (string reason in counts.Reasons)
                Print("lost", $"{reason}");
        }
    }

    private static void PrintOverhead(RequestCost cost) => Print(
        "a request", $"{cost.Direct:F2} ms direct, {cost.Through:F2} ms through, {cost.Through - cost.Direct:F2} ms more (medians of {cost.Requests} pairs; median of the differences {cost.Difference:F2} ms; the gateway used {cost.ProcessorMicroseconds:F0} µs of a processor for each)");

    private static void PrintStreams(string name, StreamCost cost) => Print(
        name, $"{cost.Direct:F0} events/s direct, {cost.Through:F0} through: {100 * cost.Loss:F1} % fewer (medians of {cost.Rounds} rounds in turns); the gateway used {cost.ProcessorMicroseconds:F1} µs of a processor for each event");

    private static void Print(string name, FormattableString value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22}{value.ToString(CultureInfo.InvariantCulture)}"));
}
