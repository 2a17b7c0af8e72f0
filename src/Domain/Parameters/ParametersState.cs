using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace Berth.Domain;

/// <summary>The parameters of one account in one region. Immutable.</summary>
public sealed record ParametersState
{
    /// <summary>The 12-digit account.</summary>
    public required string Account { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>Parameters by name.</summary>
    public ImmutableSortedDictionary<string, Parameter> Parameters { get => field ?? ImmutableSortedDictionary<string, Parameter>.Empty; init; }

    /// <summary>A parameter's ARN.</summary>
    public string Arn(string name) => $"{ArnPrefix}{(name.StartsWith('/') ? "" : "/")}{name}";

    /// <summary>The parameter of a name or an ARN; null when there is none.</summary>
    public Parameter? Find(string id)
    {
        if (!id.StartsWith("arn:", StringComparison.Ordinal))
        {
            return Parameters.GetValueOrDefault(id);
        }

        // Of /a and a the ARN is the same.
        return !id.StartsWith($"{ArnPrefix}/", StringComparison.Ordinal) ? null
            : Parameters.GetValueOrDefault(id[ArnPrefix.Length..]) ?? Parameters.GetValueOrDefault(id[(ArnPrefix.Length + 1)..]);
    }

    /// <summary>The parameter of a name or an ARN, with or without a <c>:VERSION</c> at its end; the version is null when the parameter lacks it.</summary>
    public ParameterReading? Read(string id)
    {
        if (Find(id) is { } whole)
        {
            return new(whole, whole.Current, null);
        }

        var colon = id.LastIndexOf(':');
        return colon > 0 && Find(id[..colon]) is { } parameter
            ? new(parameter, long.TryParse(id[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? parameter.Versions.FirstOrDefault(version => version.Number == number)
                : null, id[colon..])
            : null;
    }

    private string ArnPrefix => $"arn:aws:ssm:{Region}:{Account}:parameter";

    internal ParametersState Apply(ParametersEvent fact) => fact switch
    {
        ParametersEvent.Put put => this with { Parameters = Parameters.SetItem(put.Name, (Parameters.GetValueOrDefault(put.Name) ?? new(put.Name)).With(put.Version)) },
        ParametersEvent.Tagged tagged => Parameters.TryGetValue(tagged.Name, out var parameter)
            ? this with { Parameters = Parameters.SetItem(tagged.Name, parameter with { Tags = tagged.Tags }) }
            : this,
        ParametersEvent.Deleted deleted => this with { Parameters = Parameters.Remove(deleted.Name) },
        _ => throw new UnreachableException($"Unknown fact {fact.GetType().Name}."),
    };
}

/// <summary>What a reader asked for.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Version">The version; null when it has none such.</param>
/// <param name="Selector">The <c>:VERSION</c> that was asked for; null for none.</param>
public sealed record ParameterReading(Parameter Parameter, ParameterVersion? Version, string? Selector);

/// <summary>The parameters of one account in one region.</summary>
public sealed class ParametersAggregate(string account, string region) : Aggregate<ParametersState, ParametersEvent>(new() { Account = account, Region = region })
{
    /// <inheritdoc/>
    public override void Apply(ParametersEvent fact) => State = State.Apply(fact);
}

/// <summary>Everything there is; the state may be kept, it never changes.</summary>
public sealed record ReadParameters : Query<ParametersState, ParametersState>
{
    /// <inheritdoc/>
    public override ParametersState Answer(ParametersState state) => state;
}
