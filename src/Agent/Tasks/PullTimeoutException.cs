using System.Globalization;

namespace Berth.Agent;

/// <summary>A try to pull an image took too long; the message is the reason reported, in the agent's usual words.</summary>
internal sealed class PullTimeoutException : Exception
{
    private PullTimeoutException(string reason)
        : base(reason)
    {
    }

    /// <summary>A state was not reached in time.</summary>
    public static PullTimeoutException OfTransition(string state, TimeSpan after) =>
        new($"DockerTimeoutError: Could not transition to {state}; timed out after waiting {Text(after)}");

    /// <summary>The pull had begun, and got on no more.</summary>
    public static PullTimeoutException OfProgress() => new("CannotPullContainerError: inactivity time exceeded timeout while pulling image");

    /// <summary>Hours, minutes and seconds; those at the front that are nought are left out.</summary>
    private static string Text(TimeSpan time) =>
        time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes}m{time.Seconds}s")
        : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{time.Seconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s");
}
