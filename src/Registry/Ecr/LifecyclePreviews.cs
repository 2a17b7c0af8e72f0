using System.Collections.Concurrent;
using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Registry;

/// <summary>The newest preview of each repository, as long as the process lives. Thread safe.</summary>
internal sealed class LifecyclePreviews
{
    private const int MostKept = 1000;
    private readonly ConcurrentDictionary<RepositoryKey, LifecyclePreview> previews = new();

    public void Keep(RepositoryKey key, LifecyclePreview preview)
    {
        if (previews.Count >= MostKept)
        {
            previews.Clear();
        }

        previews[key] = preview;
    }

    public LifecyclePreview? Find(RepositoryKey key) => previews.GetValueOrDefault(key);
}

/// <summary>What a policy would have deleted when it was asked.</summary>
internal sealed record LifecyclePreview(string PolicyText, Repository Repository, ImmutableArray<LifecycleExpiry> Expiries);
