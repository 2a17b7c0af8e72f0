using System.Diagnostics;

namespace Berth.EndToEnd.Tests;

/// <summary>Waits for what other processes are about to do. The limit is for a machine that is busy with more than this.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90), ShortestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is the one waited for, and returns it.</summary>
    public static async Task<T> IsAsync<T>(string what, Func<Task<T>> ask, Func<T, bool> isIt, TimeSpan? within = null)
    {
        var longest = within ?? Longest;
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await ask();
            if (isIt(answer))
            {
                return answer;
            }

            if (Stopwatch.GetElapsedTime(begun) > longest)
            {
                Assert.Fail($"Not within {longest.TotalSeconds} s: {what}. The last answer: {answer}");
            }

            // As long as the answer took: what is asked for needs the processors too.
            var took = Stopwatch.GetElapsedTime(asked);
            await Task.Delay(took > ShortestPause ? took : ShortestPause, TestContext.Current.CancellationToken);
        }
    }
}
