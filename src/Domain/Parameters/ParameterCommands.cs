using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>Writes a parameter. What is null is as it was in the version before.</summary>
public sealed record PutParameter : Command<ParametersAggregate, ParameterVersion>
{
    /// <summary>Parameters an account may have in a region.</summary>
    public const int MostParameters = 10_000;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The value.</summary>
    public required SealedValue Value { get; init; }

    /// <summary>Its type; a new parameter needs one.</summary>
    public string? Type { get; init; }

    /// <summary>What its writer says of it.</summary>
    public string? Description { get; init; }

    /// <summary>The KMS key of a <c>SecureString</c>.</summary>
    public string? KeyId { get; init; }

    /// <summary>The regular expression that the value matches.</summary>
    public string? AllowedPattern { get; init; }

    /// <summary>Its tier.</summary>
    public required string Tier { get; init; }

    /// <summary>Its data type.</summary>
    public string? DataType { get; init; }

    /// <summary>The tags of a new parameter.</summary>
    public ImmutableArray<ResourceTag> Tags { get; init; } = [];

    /// <summary>Whether there may be such a parameter already.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The principal that writes.</summary>
    public required string By { get; init; }

    /// <inheritdoc/>
    public override ParameterVersion Decide(ParametersAggregate aggregate, DecisionContext context)
    {
        const string Secure = "SecureString";
        var known = aggregate.State.Parameters.GetValueOrDefault(Name);
        if (known is not null && !Overwrite)
        {
            throw new RefusedException("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        }

        if (known is null && aggregate.State.Parameters.Count >= MostParameters)
        {
            throw new RefusedException("ParameterLimitExceeded", $"You have exceeded the number of parameters for this account: {MostParameters}.");
        }

        var before = known?.Current;
        var type = Type ?? before?.Type ?? throw new RefusedException("ValidationException", "A parameter type is required when you create a parameter.");
        if (before?.Tier == "Advanced" && Tier == "Standard")
        {
            throw new RefusedException("ValidationException", "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.");
        }

        var version = new ParameterVersion
        {
            Number = (before?.Number ?? 0) + 1,
            Type = type,
            Value = Value,
            Description = Description ?? before?.Description,
            KeyId = type != Secure ? null : KeyId ?? before?.KeyId ?? "alias/aws/ssm",
            AllowedPattern = AllowedPattern ?? before?.AllowedPattern,
            Tier = Tier,
            DataType = DataType ?? before?.DataType ?? "text",
            ModifiedAt = context.Now,
            ModifiedBy = By,
        };
        aggregate.Record(new ParametersEvent.Put(Name, version));
        if (!Tags.IsEmpty)
        {
            aggregate.Record(new ParametersEvent.Tagged(Name, Tags));
        }

        return version;
    }
}

/// <summary>Deletes parameters.</summary>
/// <param name="Names">Names, or ARNs.</param>
public sealed record DeleteParameters(ImmutableArray<string> Names) : Command<ParametersAggregate, ImmutableArray<string>>
{
    /// <summary>Deletes those there are.</summary>
    /// <returns>Those of the names that there were.</returns>
    public override ImmutableArray<string> Decide(ParametersAggregate aggregate, DecisionContext context)
    {
        var found = Names.Where(name => aggregate.State.Find(name) is not null).ToImmutableArray();
        foreach (var name in found.Select(name => aggregate.State.Find(name)?.Name).OfType<string>().Distinct().ToList())
        {
            aggregate.Record(new ParametersEvent.Deleted(name));
        }

        return found;
    }
}

/// <summary>Sets and removes tags of a parameter.</summary>
/// <param name="Name">Name or ARN.</param>
/// <param name="Put">Tags to set.</param>
/// <param name="Remove">Keys to remove.</param>
public sealed record ChangeParameterTags(string Name, ImmutableArray<ResourceTag> Put, ImmutableArray<string> Remove) : Command<ParametersAggregate, Parameter>
{
    /// <inheritdoc/>
    public override Parameter Decide(ParametersAggregate aggregate, DecisionContext context)
    {
        var parameter = aggregate.State.Find(Name) ?? throw new RefusedException("InvalidResourceId", "The resource ID is not valid. Verify that you entered the correct ID and try again.");
        var tags = TagRules.Change(parameter.Tags, Put, Remove);
        if (!tags.SequenceEqual(parameter.Tags))
        {
            aggregate.Record(new ParametersEvent.Tagged(parameter.Name, tags));
        }

        return parameter;
    }
}
