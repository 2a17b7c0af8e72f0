using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Names of active services in ordinal order, by launch type and scheduling strategy: a list's page is found, not searched.</summary>
public sealed class ServiceIndex
{
    private static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<Key, ImmutableSortedSet<string>> sets;

    private ServiceIndex(ImmutableDictionary<Key, ImmutableSortedSet<string>> sets) => this.sets = sets;

    /// <summary>The index of no service.</summary>
    public static ServiceIndex Empty { get; } = new(ImmutableDictionary<Key, ImmutableSortedSet<string>>.Empty);

    /// <summary>The names of the active services of a launch type and a scheduling strategy; null for any.</summary>
    public ImmutableSortedSet<string> Of(string? launchType, SchedulingStrategy? scheduling) => sets.GetValueOrDefault(new(launchType, scheduling), NoNames);

    /// <summary>The index with one service changed; <paramref name="before"/> null adds it, <paramref name="after"/> null removes it.</summary>
    public ServiceIndex With(Service? before, Service? after)
    {
        if (before is { Status: ServiceStatus.Active } && after is { Status: ServiceStatus.Active }
            && before.Settings.LaunchType == after.Settings.LaunchType
            && before.Settings.SchedulingStrategy == after.Settings.SchedulingStrategy)
        {
            return this;
        }

        var builder = sets.ToBuilder();
        foreach (var key in KeysOf(before))
        {
            var left = builder[key].Remove(before!.Name);
            if (left.IsEmpty)
            {
                builder.Remove(key);
            }
            else
            {
                builder[key] = left;
            }
        }

        foreach (var key in KeysOf(after))
        {
            builder[key] = builder.GetValueOrDefault(key, NoNames).Add(after!.Name);
        }

        return new(builder.ToImmutable());
    }

    private static IEnumerable<Key> KeysOf(Service? service)
    {
        if (service is not { Status: ServiceStatus.Active, Settings: var settings })
        {
            yield break;
        }

        yield return new(null, null);
        yield return new(null, settings.SchedulingStrategy);
        if (settings.LaunchType is { } launchType)
        {
            yield return new(launchType, null);
            yield return new(launchType, settings.SchedulingStrategy);
        }
    }

    private readonly record struct Key(string? LaunchType, SchedulingStrategy? Scheduling);
}
