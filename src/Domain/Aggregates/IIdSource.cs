namespace Berth.Domain;

/// <summary>Where ids and chance come from. Passed in, so that one seed replays a whole cluster.</summary>
public interface IIdSource
{
    /// <summary>32 lowercase hexadecimal digits, as task and container instance ids have.</summary>
    string NextHexId();

    /// <summary>A UUID in its 36-character form.</summary>
    string NextUuid();

    /// <summary>19 decimal digits, as in a deployment id <c>ecs-svc/1234567890123456789</c>.</summary>
    string NextDigits19();

    /// <summary>A number from 0 to <paramref name="exclusiveMax"/> less one, all equally likely.</summary>
    int NextIndex(int exclusiveMax);
}
