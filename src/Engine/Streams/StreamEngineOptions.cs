namespace Berth.Engine;

/// <summary>Limits of one engine.</summary>
public sealed record StreamEngineOptions
{
    /// <summary>Commands that may wait to be decided; further callers wait to enqueue.</summary>
    public int MostQueued { get; init; } = 8_192;

    /// <summary>Facts that may wait for one append; deciding pauses beyond them.</summary>
    public int MostUncommitted { get; init; } = 16_384;

    /// <summary>
    /// Facts after which a new snapshot is made, and no sooner than their text is half as long as the last snapshot's: a
    /// large state is not written again and again for a few changes, and a start still reads at most half as much beside it.
    /// </summary>
    public int SnapshotEvery { get; init; } = 5_000;

    /// <summary>
    /// After so long without a change a snapshot is made although the text is not that long yet: whoever starts from a quiet
    /// stream has little to read beside it.
    /// </summary>
    public TimeSpan SnapshotWhenQuietFor { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>By so much a clock may be set back without a decision seeing it: time services do that.</summary>
    public TimeSpan SmallCorrection { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a failed append before the stream is folded again; it doubles up to <see cref="RecoveryMost"/>.</summary>
    public TimeSpan RecoveryFirst { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause.</summary>
    public TimeSpan RecoveryMost { get; init; } = TimeSpan.FromSeconds(5);
}
